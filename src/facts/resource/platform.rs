//! Files of platforms that are told by their name (Fly, Serverless, Kamal, Nomad, ...), and
//! resources of CloudFormation templates.
//!
//! Each file becomes one resource with its whole tree. Settings of deployment tools that are programs
//! (Capistrano, Deployer) are read as far as they are plain: `set :key, value`.

use super::fact;
use crate::facts::SourceFile;
use crate::model::fact::System;
use crate::model::tree::{Entry, Node, Value};
use crate::model::{At, FileFacts};
use crate::parse::Language;
use crate::rules::RuleSet;
use crate::text::Role;

/// What is deployed from here are pages about the product, or somebody else's product.
const ASIDE: &[&str] = &["docs", "doc", "website", "www", "site", "template", "templates"];
/// Longer lines are data.
const LONGEST_LINE: usize = 500;

/// Files with a name of a platform, and templates with the mark of CloudFormation.
pub(crate) fn wants(file: &SourceFile<'_>) -> bool {
    let is_aside = ASIDE.iter().any(|folder| file.path.has_folder(folder));
    !matches!(file.role, Role::Test | Role::Example | Role::Document)
        && !is_aside
        && (platform(file).is_some() || is_template(file))
}

fn is_template(file: &SourceFile<'_>) -> bool {
    matches!(file.language, Language::Yaml | Language::Json)
        && file.holds("Resources")
        && (file.holds("AWSTemplateFormatVersion") || file.holds("AWS::Serverless-2016-10-31"))
}

/// The platform that a file name tells of; what the file must hold to be believed.
fn platform(file: &SourceFile<'_>) -> Option<&'static str> {
    let path = file.path;
    let name = path.file_name();
    let believed = |platform, word: &str| file.holds(word).then_some(platform);
    match name {
        "Procfile" => Some("procfile"),
        "serverless.yml" | "serverless.yaml" => believed("serverless", "provider"),
        "vercel.json" => Some("vercel"),
        "netlify.toml" => Some("netlify"),
        "wrangler.toml" | "wrangler.json" | "wrangler.jsonc" => Some("wrangler"),
        "render.yaml" => believed("render", "services"),
        "app.json" => believed("heroku", "\"addons\""),
        "Pulumi.yaml" => believed("pulumi", "runtime"),
        "app.yaml" => believed("gae", "runtime:"),
        "deploy.rb" if path.has_folder("config") => believed("capistrano", "set :"),
        "deploy.php" => believed("deployer", "Deployer"),
        "deploy.yml" if path.has_folder("config") => believed("kamal", "image:"),
        "manifest.yml" if path.has_folder("copilot") => believed("copilot", "type:"),
        "Fastfile" => FOR_STORES.iter().any(|word| file.holds(word)).then_some("app-store"),
        _ if name.starts_with("fly.") && path.extension() == "toml" => believed("fly", "app"),
        _ if path.extension() == "nomad" || name.ends_with(".nomad.hcl") => believed("nomad", "job"),
        _ if path.extension() == "rb" && path.parent().ends_with("config/deploy") => {
            believed("capistrano", "set :")
        }
        _ => None,
    }
}

/// Actions of fastlane that hand a build to a store.
const FOR_STORES: &[&str] = &["upload_to_app_store", "upload_to_play_store", "deliver(", "supply("];

/// One resource per file or per resource of a template.
pub(crate) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let Some(platform) = platform(file) else { return template(file, out) };
    let settings;
    let body = match platform {
        "capistrano" | "deployer" | "procfile" | "app-store" => {
            settings = plain(file, platform);
            Some(&settings)
        }
        "nomad" => file.hcl(),
        "fly" | "netlify" => file.toml(),
        "wrangler" if file.path.extension() == "toml" => file.toml(),
        _ => file.yaml().first(),
    };
    // A Fastfile that hands nothing to a store is no release of its own.
    let Some(body) = body.filter(|body| platform != "app-store" || !body.entries().is_empty()) else {
        return;
    };
    let name = ["app", "service", "name"].iter().find_map(|key| body.text_at(key));
    let name = name.unwrap_or_else(|| file.path.parent().rsplit('/').next().unwrap_or_default());
    if platform == "nomad" {
        for job in body.get_all("job").flat_map(Node::entries) {
            out.facts.push(fact(job.at, System::Platform, platform, &job.key, None, &job.node));
        }
        return;
    }
    out.facts.push(fact(At { line: 1, ..body.at }, System::Platform, platform, name, None, body));
}

fn template(file: &SourceFile<'_>, out: &mut FileFacts) {
    for document in file.yaml() {
        for entry in document.get("Resources").map(Node::entries).unwrap_or_default() {
            if let Some(kind) = entry.node.text_at("Type").filter(|kind| kind.starts_with("AWS::")) {
                out.facts.push(fact(entry.at, System::CloudFormation, kind, &entry.key, None, &entry.node));
            }
        }
    }
}

/// Settings that a program makes in one plain line each.
fn plain(file: &SourceFile<'_>, platform: &str) -> Node {
    let mut entries = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let at = file.lines().at(start..start + line.trim_end().len());
        start += line.len();
        if line.len() > LONGEST_LINE {
            continue;
        }
        let setting = match platform {
            "procfile" => process(line),
            "app-store" => FOR_STORES
                .iter()
                .find(|word| code(line).contains(**word))
                .map(|word| (word.trim_end_matches('('), "true")),
            _ => set(line),
        };
        if let Some((key, value)) = setting {
            let text = value.trim_matches(['"', '\'']).to_owned();
            let node = Node { at, value: Value::Scalar { text, quoted: false } };
            entries.push(Entry { key: key.to_owned(), at, node });
        }
    }
    Node { at: At { line: 1, start: 0, end: 0 }, value: Value::Map(entries) }
}

/// A line without its comment.
fn code(line: &str) -> &str {
    let line = line.trim();
    if line.starts_with(['#', '*']) || line.starts_with("//") { "" } else { line }
}

/// `web: gunicorn shop`.
fn process(line: &str) -> Option<(&str, &str)> {
    let (name, command) = code(line).split_once(':')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    is_name.then_some((name, command.trim()))
}

/// `set :keep_releases, 3` and `set('keep_releases', 3);`.
fn set(line: &str) -> Option<(&str, &str)> {
    let rest = code(line).strip_prefix("set")?.trim_start().trim_start_matches('(').trim_start();
    let (key, value) = rest.split_once(',')?;
    let key = key.trim().trim_start_matches(':').trim_matches(['"', '\'']);
    let value = value.trim().trim_end_matches(';').trim_end_matches(')').trim();
    let is_plain = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.'\"".contains(c))
    };
    (is_plain(key) && is_plain(value)).then_some((key, value))
}

#[cfg(test)]
mod tests {
    use crate::facts::testing::shown;
    use crate::model::FactKind;

    #[track_caller]
    fn check(path: &str, text: &str, key: &str, expected: &[&str]) {
        let found = shown(path, text, |fact| match &fact.kind {
            FactKind::Resource(r) => {
                Some(format!("{} {} {}", r.kind, r.name, r.body.text_at(key).unwrap_or("-")))
            }
            _ => None,
        });
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn tells_platforms_by_the_names_of_their_files() {
        check(
            "fly.toml",
            "app = 'shop'\n[deploy]\nstrategy = 'immediate'\n",
            "deploy.strategy",
            &["fly shop immediate"],
        );
        check(
            "config/deploy.rb",
            "# set :keep_releases, 9\nset :keep_releases, 1\n",
            "keep_releases",
            &["capistrano config 1"],
        );
        check(
            "deploy.php",
            "<?php\nnamespace Deployer;\nset('keep_releases', 1);\n",
            "keep_releases",
            &["deployer  1"],
        );
        check("Procfile", "release: rake db:migrate\nweb: puma\n", "release", &["procfile  rake db:migrate"]);
        check("web.nomad", "job \"web\" {\n  group \"g\" {}\n}\n", "x", &["nomad web -"]);
        check("deploy.yml", "image: a\n", "image", &[]);
        check("examples/fly.toml", "app = 'shop'\n", "app", &[]);
    }

    #[test]
    fn reads_templates_of_cloudformation_by_their_marks() {
        let template = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Web:\n    Type: AWS::ECS::Service\n    Properties: {DesiredCount: 2}\n  Own: {Type: Custom::Thing}\n";
        check("stack.yaml", template, "Properties.DesiredCount", &["AWS::ECS::Service Web 2"]);
        check("notes.yaml", "Resources:\n  Web: {Type: 'AWS::ECS::Service'}\n", "Type", &[]);
    }
}
