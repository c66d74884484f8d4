//! Which language a file is in.

use crate::model::RepoPath;

/// A language some parser here reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the languages")]
pub enum Language {
    Bash,
    Bicep,
    C,
    CMake,
    Cpp,
    CSharp,
    Css,
    Dart,
    Elixir,
    Erlang,
    Go,
    GraphQl,
    Haskell,
    /// Also the components of Vue and Svelte: text with sections of script and style.
    Html,
    Java,
    JavaScript,
    Jsonnet,
    Julia,
    Kotlin,
    /// Clojure, Scheme, Racket, Emacs Lisp.
    Lisp,
    Lua,
    Nix,
    ObjectiveC,
    OCaml,
    Perl,
    Php,
    PowerShell,
    Protobuf,
    Puppet,
    Python,
    R,
    Rego,
    Ruby,
    Rust,
    Scala,
    /// Less too.
    Scss,
    Solidity,
    Sql,
    /// Bazel, Buck, Tilt.
    Starlark,
    Swift,
    TypeScript,
    Tsx,
    Xml,
    Zig,
    Yaml,
    Json,
    Toml,
    Hcl,
    Dockerfile,
    Makefile,
    Markdown,
    ReStructuredText,
    AsciiDoc,
    /// Key-value files of systemd, cron, git and the like: `#` or `;` comments.
    Ini,
    /// Lists of packages or path patterns, one per line, with `#` comments.
    List,
    /// Any other text.
    Text,
}

/// The language by name; a shebang in `first` decides where the name does not.
pub fn language(path: &RepoPath, first: &[u8]) -> Language {
    by_name(path.file_name()).or_else(|| by_shebang(first)).unwrap_or(Language::Text)
}

fn by_name(name: &str) -> Option<Language> {
    use Language::*;
    let lower = name.to_ascii_lowercase();
    let whole = by_whole_name(name, &lower);
    if whole.is_some() {
        return whole;
    }
    let is_requirements = ["requirements", "constraints"].iter().any(|word| lower.starts_with(word));
    if lower.ends_with("requirements.txt")
        || (is_requirements && (lower.ends_with(".txt") || lower.ends_with(".in")))
    {
        return Some(List);
    }
    if lower.starts_with("dockerfile.") || lower.ends_with(".dockerfile") {
        return Some(Dockerfile);
    }
    // Templates carry the language of the file they make: `a.html.md.erb`, `b.yaml.j2`.
    let inner = ["erb", "j2", "jinja", "jinja2", "tmpl", "tpl", "template", "in"]
        .iter()
        .find_map(|suffix| lower.strip_suffix(suffix)?.strip_suffix('.'))
        .unwrap_or(&lower);
    let extension = inner.rsplit_once('.').map_or("", |(_, extension)| extension);
    by_extension(extension)
}

fn by_whole_name(name: &str, lower: &str) -> Option<Language> {
    use Language::*;
    match lower {
        "dockerfile" | "containerfile" => Some(Dockerfile),
        "makefile" | "gnumakefile" | "justfile" => Some(Makefile),
        "rakefile" | "gemfile" | "capfile" | "vagrantfile" | "fastfile" => Some(Ruby),
        "jenkinsfile" => Some(Java),
        "crontab" => Some(Ini),
        "cmakelists.txt" => Some(CMake),
        "build.bazel" | "workspace.bazel" | "module.bazel" | "tiltfile" => Some(Starlark),
        // In lower case these are folders and scripts.
        "build" | "workspace" => (name != lower).then_some(Starlark),
        "brewfile" | "podfile" | "guardfile" | "dangerfile" | "berksfile" => Some(Ruby),
        ".gitignore" | ".dockerignore" | ".helmignore" | ".gitattributes" | ".trivyignore" | "codeowners" => {
            Some(List)
        }
        _ => None,
    }
}

fn by_extension(extension: &str) -> Option<Language> {
    use Language::*;
    Some(match extension {
        "sh" | "bash" | "zsh" | "ksh" | "bats" => Bash,
        "bicep" => Bicep,
        "bzl" | "bazel" | "star" => Starlark,
        "c" | "h" => C,
        "clj" | "cljs" | "cljc" | "edn" | "el" | "lisp" | "scm" | "rkt" => Lisp,
        "cmake" => CMake,
        "css" => Css,
        "dart" => Dart,
        "erl" | "hrl" => Erlang,
        "ex" | "exs" => Elixir,
        "graphql" | "graphqls" | "gql" => GraphQl,
        "hs" => Haskell,
        "htm" | "html" | "svelte" | "vue" | "xhtml" | "hbs" | "jsp" => Html,
        "jl" => Julia,
        "jsonnet" | "libsonnet" => Jsonnet,
        "less" | "scss" => Scss,
        "lua" => Lua,
        "m" | "mm" => ObjectiveC,
        "ml" | "mli" => OCaml,
        "nix" => Nix,
        "pl" | "pm" | "psgi" => Perl,
        "pp" => Puppet,
        "proto" => Protobuf,
        "ps1" | "psd1" | "psm1" => PowerShell,
        "r" => R,
        "rego" => Rego,
        "sbt" | "scala" | "sc" => Scala,
        "sol" => Solidity,
        "swift" => Swift,
        "xml" | "pom" | "csproj" | "props" | "targets" | "xsl" | "xslt" | "xsd" => Xml,
        "zig" | "zon" => Zig,
        "cc" | "cpp" | "cxx" | "hpp" | "hh" | "hxx" => Cpp,
        "cs" => CSharp,
        "go" => Go,
        "java" | "groovy" | "gradle" => Java,
        "js" | "jsx" | "mjs" | "cjs" => JavaScript,
        "kt" | "kts" => Kotlin,
        "php" => Php,
        "py" | "pyi" => Python,
        "rb" | "rake" | "gemspec" => Ruby,
        "rs" => Rust,
        "sql" => Sql,
        "ts" | "mts" | "cts" => TypeScript,
        "tsx" => Tsx,
        "yaml" | "yml" => Yaml,
        "json" | "jsonc" | "json5" => Json,
        "toml" => Toml,
        "tf" | "hcl" | "tfvars" | "nomad" => Hcl,
        "mk" => Makefile,
        "md" | "markdown" | "mdx" | "qmd" | "rmd" => Markdown,
        "rst" => ReStructuredText,
        "adoc" | "asciidoc" => AsciiDoc,
        "ini" | "cfg" | "conf" | "service" | "timer" | "cron" | "properties" | "env" => Ini,
        _ => return None,
    })
}

fn by_shebang(first: &[u8]) -> Option<Language> {
    let line = first.split(|&b| b == b'\n').next()?;
    let line = std::str::from_utf8(line.get(..line.len().min(120))?).ok()?.strip_prefix("#!")?;
    let program = line.split_whitespace().flat_map(|word| word.rsplit('/').next()).find(|w| *w != "env")?;
    let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some(match program {
        "sh" | "bash" | "zsh" | "ksh" | "dash" => Language::Bash,
        "python" => Language::Python,
        "ruby" => Language::Ruby,
        "node" => Language::JavaScript,
        "php" => Language::Php,
        "bun" | "deno" | "ts-node" | "tsx" => Language::TypeScript,
        "elixir" => Language::Elixir,
        "escript" => Language::Erlang,
        "groovy" => Language::Java,
        "lua" | "luajit" => Language::Lua,
        "perl" => Language::Perl,
        "pwsh" => Language::PowerShell,
        "Rscript" => Language::R,
        "swift" => Language::Swift,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Language, language};

    #[track_caller]
    fn check(name: &str, first: &str, expected: Language) {
        assert_eq!(language(&name.into(), first.as_bytes()), expected, "{name}");
    }

    #[test]
    fn tells_languages_by_name_and_shebang() {
        check("a/2020-02-12.html.md.erb", "", Language::Markdown);
        check("deploy/app.yaml.j2", "", Language::Yaml);
        check("Dockerfile.prod", "", Language::Dockerfile);
        check("bin/backup", "#!/usr/bin/env bash\n", Language::Bash);
        check("bin/run", "#!/usr/bin/python3.11\n", Language::Python);
        check("LICENSE", "Copyright", Language::Text);
        check("BUILD.bazel", "", Language::Starlark);
        check("scripts/build", "#!/bin/sh\n", Language::Bash);
        check("requirements/requirements-dev.txt", "", Language::List);
        check("docs/requirements.md", "", Language::Markdown);
        check("notes.txt", "", Language::Text);
        check("CMakeLists.txt", "", Language::CMake);
        check("bin/report", "#!/usr/bin/perl -w\n", Language::Perl);
        check("app/views/a.html.erb", "", Language::Html);
        check("src/App.vue", "", Language::Html);
        check("chart/templates/deploy.yaml", "", Language::Yaml);
    }
}
