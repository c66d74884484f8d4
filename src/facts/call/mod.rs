//! Calls to other services over HTTP: whom, for how long, and what the code does when no answer comes.
//!
//! Which calls are known stands in `rules/catalog/dependencies.toml`. Only code that serves counts:
//! tests, examples, scripts and commands that are run once are left out, as whoever runs them sees that
//! they hang. Whether JavaScript runs on a server is for the inventory, which knows the packages.
//!
//! - `address`: whom an address in code speaks of

mod address;

use tree_sitter::{Node, Tree};

use super::SourceFile;
use crate::model::fact::{Limit, OutgoingCall};
use crate::model::{At, Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::parse::code::tree;
use crate::rules::{CallClient, Dependencies, RuleSet};
use crate::text::Role;

use address::{Whom, whom};

/// Steps up a tree: deeper code is no code a person wrote.
const MOST_STEPS: usize = 200;
/// A longer call is a table of data.
const LONGEST_CALL: usize = 4_000;
/// Words of code that tries again.
const RETRY: &[&str] = &["retry", "retries", "backoff", "tenacity", "Retry"];
/// Nodes that are functions, in the grammars used.
const FUNCTIONS: &[&str] = &[
    "function_definition",
    "function_declaration",
    "method_declaration",
    "method_definition",
    "method",
    "singleton_method",
    "function_item",
    "arrow_function",
    "function_expression",
    "func_literal",
];
/// What an error handler says when it only passes the error on.
const PASSES_ON: &[&str] = &["raise", "throw", "reject(", "next(", "abort(", "panic("];

/// Code that serves, in a language with known calls.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    let is_known = matches!(
        file.language,
        Language::Go
            | Language::JavaScript
            | Language::Python
            | Language::Ruby
            | Language::Rust
            | Language::TypeScript
    );
    is_known
        && file.role == Role::Main
        && file.path.extension() != "jsx"
        && Dependencies::get().is_some_and(|known| !known.is_run_once(file.path))
        && !is_script(file)
}

/// Whether the file is a program that is run by hand.
fn is_script(file: &SourceFile<'_>) -> bool {
    file.text.starts_with("#!") || (file.language == Language::Python && file.holds("__main__"))
}

/// One fact per call.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let clients = Dependencies::get().map(Dependencies::clients).unwrap_or_default();
    let clients: Vec<&CallClient> =
        clients.iter().filter(|client| client.is_in(&file.text, file.language)).collect();
    if clients.is_empty() {
        return;
    }
    for client in &clients {
        let Some(range) = client.default_in(&file.text) else { continue };
        out.facts.push(Fact { at: file.lines().at(range), kind: FactKind::Call(Box::new(for_all(client))) });
    }
    let Some(tree) = tree(&file.text, file.language) else { return };
    for client in clients {
        let Some(query) = client.query(file.language) else { continue };
        for range in query.hits(&tree, &file.text, 0..file.text.len()) {
            if range.len() > LONGEST_CALL || is_tested(file, range.start) {
                continue;
            }
            let at = file.lines().at(range);
            let call = node_at(&tree, at).and_then(|node| read(file, client, node));
            out.facts.extend(call.map(|call| Fact { at, kind: FactKind::Call(Box::new(call)) }));
        }
    }
}

/// Whether a place lies in the tests that a Rust file ends with.
fn is_tested(file: &SourceFile<'_>, offset: usize) -> bool {
    let before = file.text.get(..offset).unwrap_or_default();
    let marks = ["#[cfg(test)]", "mod tests", "_tests {", "mod test "];
    file.language == Language::Rust && marks.iter().any(|mark| before.contains(mark))
}

fn node_at(tree: &Tree, at: At) -> Option<Node<'_>> {
    let node = tree.root_node().descendant_for_byte_range(at.start as usize, at.end as usize)?;
    // Nodes of the same extent: the outermost one that has arguments is the call.
    up(node).take(3).find(|node| node.child_by_field_name("arguments").is_some())
}

fn for_all(client: &CallClient) -> OutgoingCall {
    OutgoingCall {
        client: client.library.clone(),
        dependency: None,
        is_host: false,
        limit: Limit::ForAll,
        retry: None,
        fallback: None,
        may_be_browser: false,
    }
}

/// `None` for a call to the machine itself.
fn read(file: &SourceFile<'_>, client: &CallClient, node: Node<'_>) -> Option<OutgoingCall> {
    let text = file.text.get(node.byte_range())?;
    let arguments = node.child_by_field_name("arguments")?;
    let (dependency, is_host) = match whom(file, arguments) {
        Whom::Itself => return None,
        Whom::Host(host) => (Some(host), true),
        Whom::Named(name) => (Some(name), false),
        Whom::Unknown => (None, false),
    };
    Some(OutgoingCall {
        client: client.library.clone(),
        dependency,
        is_host,
        limit: client.limit(text),
        retry: retry(file, node),
        fallback: fallback(file, node),
        may_be_browser: client.may_be_browser,
    })
}

fn up(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(Some(node), |node| node.parent()).take(MOST_STEPS)
}

/// Where the function around a call speaks of another try.
fn retry(file: &SourceFile<'_>, node: Node<'_>) -> Option<At> {
    let function = up(node).find(|node| FUNCTIONS.contains(&node.kind()))?;
    // Decorators stand around the function.
    let whole = function.parent().filter(|above| above.kind() == "decorated_definition").unwrap_or(function);
    let text = file.text.get(whole.byte_range())?;
    let found = RETRY.iter().filter_map(|word| text.find(word)).min()?;
    let start = whole.start_byte() + found;
    Some(file.lines().at(start..start + 5))
}

/// Where an error handler around a call goes on without an answer.
fn fallback(file: &SourceFile<'_>, node: Node<'_>) -> Option<At> {
    let around = up(node).take_while(|node| !FUNCTIONS.contains(&node.kind()));
    let tried = around.filter(|node| matches!(node.kind(), "try_statement" | "begin")).find(|tried| {
        // A call in the handler itself is not what it guards.
        let body = tried.child_by_field_name("body").or_else(|| tried.named_child(0));
        body.is_some_and(|body| body.end_byte() >= node.end_byte())
    })?;
    let mut cursor = tried.walk();
    let handler = tried
        .named_children(&mut cursor)
        .find(|child| matches!(child.kind(), "except_clause" | "catch_clause" | "rescue"))?;
    let text = file.text.get(handler.byte_range())?;
    if PASSES_ON.iter().any(|word| text.contains(word)) {
        return None;
    }
    let first = text.lines().next().map_or(0, str::len);
    Some(file.lines().at(handler.start_byte()..handler.start_byte() + first))
}

#[cfg(test)]
mod tests {
    use crate::facts::testing::shown;
    use crate::model::FactKind;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let found = shown(path, text, |fact| match &fact.kind {
            FactKind::Call(call) => {
                let whom = call.dependency.as_deref().unwrap_or("?");
                let retry = if call.retry.is_some() { " retry" } else { "" };
                let fallback = if call.fallback.is_some() { " fallback" } else { "" };
                Some(format!("{} {whom} {:?}{retry}{fallback}", fact.at.line, call.limit))
            }
            _ => None,
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn code_that_does_not_serve_and_names_that_are_not_the_library_say_nothing() {
        let call = "import requests\nrequests.get('https://a.test/x')\n";
        check("scripts/a.py", call, &[]);
        check("app/management/commands/a.py", call, &[]);
        check("tests/a.py", call, &[]);
        check(".linter/rules/a.py", call, &[]);
        check("app/a.py", &format!("{call}if __name__ == '__main__':\n    x()\n"), &[]);
        check("app/a.py", "def f(requests):\n    requests.get('https://a.test/x')\n", &[]);
        check("app/a.py", "import requests\n# requests.get('https://a.test')\nX = 'requests.get(1)'\n", &[]);
        check("app/a.py", "import requests\nrequests.get('http://localhost:8000/x')\n", &[]);
        let tests = "mod integration_tests {\n    fn f() { reqwest::get(\"https://a.test/x\"); }\n}\n";
        check("src/a.rs", tests, &[]);
        check("web/a.tsx", "import axios from 'axios'\naxios.get('https://a.test')\n", &[]);
    }

    #[test]
    fn tells_how_long_a_call_waits() {
        check(
            "app/a.py",
            "import requests\ndef f(**k):\n    requests.get('https://a.test/x', timeout=5)\n    requests.get('https://a.test/x', timeout=None)\n    requests.post('https://b.test/x', **k)\n    requests.request('GET', 'https://c.test/x')\n",
            &["3 a.test Set", "4 a.test Endless", "5 b.test Unknown", "6 c.test Endless"],
        );
        check(
            "app/a.py",
            "import httpx\nhttpx.get('https://a.test/x')\n",
            &["2 a.test Default(\"5 seconds\")"],
        );
        check(
            "a.go",
            "package a\nimport \"net/http\"\nfunc f() {\n\thttp.Get(\"https://a.test/x\")\n\tmux.Get(\"/x\")\n}\n",
            &["4 a.test Endless"],
        );
        check(
            "server/a.js",
            "const axios = require('axios')\nconst c = axios.create({ baseURL: process.env.PAY_URL })\naxios.get('https://a.test', { timeout: 5 })\n",
            &["2 PAY_URL Endless", "3 a.test Set"],
        );
        check(
            "src/a.rs",
            "async fn f() { reqwest::get(\"https://a.test/x\").await; }\n",
            &["1 a.test Endless"],
        );
        check("app/a.rb", "Net::HTTP.get(URI('https://a.test/x'))\n", &["1 a.test Default(\"60 seconds\")"]);
    }

    #[test]
    fn a_limit_that_the_file_does_not_show_is_unknown() {
        let with = |call: &str| format!("import axios from 'axios'\n{call}\n");
        let check = |call: &str, expected: &[&str]| check("server/a.js", &with(call), expected);
        check("axios.get('https://a.test', options)", &["2 a.test Unknown"]);
        check("axios.get('https://a.test', getConfig(1))", &["2 a.test Unknown"]);
        check("axios.create(axiosOptions)", &["2 ? Unknown"]);
        check("axios.get('https://a.test', { cancelToken: c })", &["2 a.test Unknown"]);
        check("axios.post('https://a.test', body)", &["2 a.test Endless"]);
        check("axios.defaults.timeout = 5", &["2 ? ForAll"]);
    }

    #[test]
    fn names_whom_it_calls_by_the_setting_that_holds_the_address() {
        check(
            "app/a.py",
            "import requests\ndef f():\n    url = f\"{settings.NOTIFY_API_URL}/x\"\n    requests.get(url)\n    requests.get(self.maps_url + '/x')\n    requests.get(g(x))\n",
            &["4 NOTIFY_API_URL Endless", "5 maps_url Endless", "6 ? Endless"],
        );
    }

    #[test]
    fn sees_another_try_and_what_is_done_without_an_answer() {
        check(
            "app/a.py",
            "import requests\n@retry(3)\ndef f():\n    requests.get('https://a.test/x')\ndef g():\n    try:\n        requests.get('https://b.test/x')\n    except Exception:\n        return None\ndef h():\n    try:\n        requests.get('https://c.test/x')\n    except Exception as e:\n        raise Bad() from e\n",
            &["4 a.test Endless retry", "7 b.test Endless fallback", "12 c.test Endless"],
        );
    }
}
