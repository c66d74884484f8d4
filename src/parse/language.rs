//! Which language a file is in.

use crate::model::RepoPath;

/// A language some parser here reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the languages")]
pub enum Language {
    Bash,
    C,
    Cpp,
    CSharp,
    Go,
    Java,
    JavaScript,
    Kotlin,
    Php,
    Python,
    Ruby,
    Rust,
    Sql,
    TypeScript,
    Tsx,
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
    let whole = match lower.as_str() {
        "dockerfile" | "containerfile" => Some(Dockerfile),
        "makefile" | "gnumakefile" | "justfile" => Some(Makefile),
        "rakefile" | "gemfile" | "capfile" | "vagrantfile" | "fastfile" => Some(Ruby),
        "jenkinsfile" => Some(Java),
        "crontab" => Some(Ini),
        _ => None,
    };
    if whole.is_some() {
        return whole;
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
    Some(match extension {
        "sh" | "bash" | "zsh" | "ksh" | "bats" => Bash,
        "c" | "h" => C,
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
        check("chart/templates/deploy.yaml", "", Language::Yaml);
    }
}
