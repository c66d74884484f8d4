//! How each language writes comments and strings.
//!
//! Languages whose comments depend on lines and indentation (YAML, Makefile, Dockerfile, key-value
//! files) are in `lines` and `yaml`, those with sections in other languages in `sections`.

use super::syntax::{Block, Escape, Opener, Place, Quote, Special, Syntax};
use super::syntax::{block, doubled, long, opener, raw, short, template};
use crate::parse::Language;

const SLASHES: &[Opener] = &[opener("//", Place::Anywhere)];
const HASH: &[Opener] = &[opener("#", Place::Anywhere)];

const C: Syntax = Syntax {
    line: SLASHES,
    block: &[block(false)],
    quotes: &[short("\"")],
    special: &[Special::Character, Special::CppRaw, Special::Continuation],
};
const C_SHARP: Syntax = Syntax {
    line: SLASHES,
    block: &[block(false)],
    quotes: &[short("\"")],
    special: &[Special::CSharp, Special::Character],
};
const GO: Syntax = Syntax {
    line: SLASHES,
    block: &[block(false)],
    quotes: &[short("\""), raw("`")],
    special: &[Special::Character],
};
/// Groovy too, hence strings in single quotes.
const JAVA: Syntax = Syntax {
    line: SLASHES,
    block: &[block(false)],
    quotes: &[long("\"\"\""), long("'''"), short("\""), short("'")],
    special: &[],
};
const JAVASCRIPT: Syntax = Syntax {
    line: SLASHES,
    block: &[block(false)],
    quotes: &[short("\""), short("'"), template("`", "${", true)],
    special: &[Special::Regex],
};
const JSON: Syntax =
    Syntax { line: SLASHES, block: &[block(false)], quotes: &[short("\""), short("'")], special: &[] };
const KOTLIN: Syntax = Syntax {
    line: SLASHES,
    block: &[block(true)],
    quotes: &[raw("\"\"\""), template("\"", "${", false)],
    special: &[Special::Character],
};
const RUST: Syntax = Syntax {
    line: SLASHES,
    block: &[block(true)],
    quotes: &[long("\"")],
    special: &[Special::RustRaw, Special::Character],
};
const PHP: Syntax = Syntax {
    line: &[opener("//", Place::Anywhere), opener("#", Place::NotAttribute)],
    block: &[block(false)],
    quotes: &[long("\""), long("'"), long("`")],
    special: &[Special::PhpTags, Special::HeredocPhp],
};
const PYTHON: Syntax = Syntax {
    line: HASH,
    block: &[],
    quotes: &[long("\"\"\""), long("'''"), short("\""), short("'")],
    special: &[],
};
const RUBY: Syntax = Syntax {
    line: HASH,
    block: &[Block { open: "=begin", close: "\n=end", nested: false, place: Place::LineStart }],
    quotes: &[template("\"", "#{", true), long("'"), template("`", "#{", true)],
    special: &[Special::Ruby, Special::HeredocRuby, Special::Regex],
};
const BASH: Syntax = Syntax {
    line: &[opener("#", Place::WordStart)],
    block: &[],
    quotes: &[Quote { open: "$'", ..long("'") }, long("\""), Quote { escape: Escape::None, ..long("'") }],
    special: &[Special::HeredocShell],
};
/// `$$` bodies are left open: comments of a function are comments.
const SQL: Syntax = Syntax {
    line: &[opener("--", Place::Anywhere), opener("#", Place::LineStart)],
    block: &[block(false)],
    quotes: &[doubled("'"), doubled("\""), doubled("`")],
    special: &[],
};
const HCL: Syntax = Syntax {
    line: &[opener("#", Place::Anywhere), opener("//", Place::Anywhere)],
    block: &[block(false)],
    quotes: &[template("\"", "${", false)],
    special: &[Special::HeredocShell],
};
const TOML: Syntax = Syntax {
    line: HASH,
    block: &[],
    quotes: &[long("\"\"\""), raw("'''"), short("\""), Quote { escape: Escape::None, ..short("'") }],
    special: &[],
};

const fn nested(open: &'static str, close: &'static str) -> Block {
    Block { open, close, nested: true, place: Place::Anywhere }
}

/// A string on one line without escapes.
const fn verbatim(open: &'static str, close: &'static str) -> Quote {
    Quote { open, close, escape: Escape::None, spans_lines: false, code: None }
}

/// Strings are in single quotes.
const BICEP: Syntax = Syntax {
    line: SLASHES,
    block: &[block(false)],
    quotes: &[raw("'''"), template("'", "${", false)],
    special: &[],
};
const CMAKE: Syntax =
    Syntax { line: HASH, block: &[], quotes: &[long("\"")], special: &[Special::LongBrackets] };
const CSS: Syntax =
    Syntax { line: &[], block: &[block(false)], quotes: &[short("\""), short("'")], special: &[] };
/// Less too.
const SCSS: Syntax = Syntax { line: &[opener("//", Place::NotAddress)], ..CSS };
const DART: Syntax = Syntax {
    line: SLASHES,
    block: &[block(true)],
    quotes: &[
        Quote { spans_lines: true, ..verbatim("r\"\"\"", "\"\"\"") },
        Quote { spans_lines: true, ..verbatim("r'''", "'''") },
        verbatim("r\"", "\""),
        verbatim("r'", "'"),
        template("\"\"\"", "${", true),
        template("'''", "${", true),
        template("\"", "${", false),
        template("'", "${", false),
    ],
    special: &[],
};
const ELIXIR: Syntax = Syntax {
    line: HASH,
    block: &[],
    quotes: &[
        template("\"\"\"", "#{", true),
        template("'''", "#{", true),
        template("\"", "#{", true),
        template("'", "#{", true),
    ],
    special: &[Special::Elixir],
};
const ERLANG: Syntax = Syntax {
    line: &[opener("%", Place::Anywhere)],
    block: &[],
    quotes: &[long("\"\"\""), long("\""), short("'")],
    special: &[Special::DollarCharacter],
};
const GRAPH_QL: Syntax =
    Syntax { line: HASH, block: &[], quotes: &[long("\"\"\""), short("\"")], special: &[] };
const HASKELL: Syntax = Syntax {
    line: &[opener("--", Place::NotOperator)],
    block: &[nested("{-", "-}")],
    quotes: &[short("\"")],
    special: &[Special::Primes, Special::Character, Special::PlainBackslash],
};
const JSONNET: Syntax = Syntax {
    line: &[opener("//", Place::Anywhere), opener("#", Place::Anywhere)],
    block: &[block(false)],
    quotes: &[
        raw("|||"),
        Quote { open: "@\"", ..doubled("\"") },
        Quote { open: "@'", ..doubled("'") },
        long("\""),
        long("'"),
    ],
    special: &[],
};
const JULIA: Syntax = Syntax {
    line: HASH,
    block: &[nested("#=", "=#")],
    quotes: &[template("\"\"\"", "$(", true), template("\"", "$(", true), long("`")],
    special: &[Special::Primes, Special::Character],
};
/// Clojure and its data, Scheme, Racket, Emacs Lisp. `\;` is a character there.
const LISP: Syntax = Syntax {
    line: &[opener(";", Place::Anywhere)],
    block: &[nested("#|", "|#")],
    quotes: &[long("\"")],
    special: &[],
};
/// Lists of packages and of path patterns.
const LIST: Syntax = Syntax { line: &[opener("#", Place::WordStart)], block: &[], quotes: &[], special: &[] };
const LUA: Syntax = Syntax {
    line: &[opener("--", Place::Anywhere)],
    block: &[],
    quotes: &[short("\""), short("'")],
    special: &[Special::LongBrackets],
};
const NIX: Syntax = Syntax {
    line: HASH,
    block: &[block(false)],
    quotes: &[Quote { escape: Escape::Nix, ..template("''", "${", true) }, template("\"", "${", true)],
    special: &[],
};
const OCAML: Syntax = Syntax {
    line: &[],
    block: &[nested("(*", "*)")],
    quotes: &[long("\"")],
    special: &[Special::Primes, Special::Character, Special::OcamlQuoted],
};
const PERL: Syntax = Syntax {
    line: HASH,
    block: &[],
    quotes: &[long("\""), long("'"), long("`")],
    special: &[Special::Perl, Special::HeredocRuby, Special::Regex],
};
const POWER_SHELL: Syntax = Syntax {
    line: &[opener("#", Place::WordStart)],
    block: &[Block { open: "<#", close: "#>", nested: false, place: Place::Anywhere }],
    quotes: &[Quote { escape: Escape::Backtick, ..template("\"", "$(", true) }, raw("'")],
    special: &[Special::PowerShell, Special::PlainBackslash],
};
const PUPPET: Syntax = Syntax {
    line: HASH,
    block: &[],
    quotes: &[template("\"", "${", true), long("'")],
    special: &[Special::Regex],
};
const R: Syntax = Syntax {
    line: HASH,
    block: &[],
    quotes: &[long("\""), long("'"), long("`")],
    special: &[Special::CppRaw],
};
const REGO: Syntax = Syntax { line: HASH, block: &[], quotes: &[short("\""), raw("`")], special: &[] };
const SWIFT: Syntax = Syntax {
    line: SLASHES,
    block: &[block(true)],
    quotes: &[template("\"\"\"", "\\(", true), template("\"", "\\(", false)],
    special: &[Special::SwiftRaw],
};
const XML: Syntax = Syntax {
    line: &[],
    block: &[Block { open: "<!--", close: "-->", nested: false, place: Place::Anywhere }],
    quotes: &[Quote { spans_lines: true, ..verbatim("<![CDATA[", "]]>") }],
    special: &[],
};
const ZIG: Syntax = Syntax {
    line: SLASHES,
    block: &[],
    quotes: &[short("\"")],
    special: &[Special::ZigLine, Special::Character],
};

/// The table of a language; `None` where comments go by lines or there are none.
pub(super) fn syntax(language: Language) -> Option<&'static Syntax> {
    Some(match language {
        Language::Bash => &BASH,
        Language::Bicep => &BICEP,
        Language::C | Language::Cpp | Language::ObjectiveC => &C,
        Language::CMake => &CMAKE,
        Language::CSharp => &C_SHARP,
        Language::Css => &CSS,
        Language::Dart => &DART,
        Language::Elixir => &ELIXIR,
        Language::Erlang => &ERLANG,
        Language::Go => &GO,
        Language::GraphQl => &GRAPH_QL,
        Language::Haskell => &HASKELL,
        Language::Hcl => &HCL,
        Language::Java => &JAVA,
        Language::JavaScript | Language::TypeScript | Language::Tsx => &JAVASCRIPT,
        Language::Json | Language::Protobuf | Language::Solidity => &JSON,
        Language::Jsonnet => &JSONNET,
        Language::Julia => &JULIA,
        Language::Kotlin | Language::Scala => &KOTLIN,
        Language::Lisp => &LISP,
        Language::List => &LIST,
        Language::Lua => &LUA,
        Language::Nix => &NIX,
        Language::OCaml => &OCAML,
        Language::Perl => &PERL,
        Language::Php => &PHP,
        Language::PowerShell => &POWER_SHELL,
        Language::Puppet => &PUPPET,
        Language::Python | Language::Starlark => &PYTHON,
        Language::R => &R,
        Language::Rego => &REGO,
        Language::Ruby => &RUBY,
        Language::Rust => &RUST,
        Language::Scss => &SCSS,
        Language::Sql => &SQL,
        Language::Swift => &SWIFT,
        Language::Toml => &TOML,
        Language::Xml => &XML,
        Language::Zig => &ZIG,
        Language::Yaml
        | Language::Dockerfile
        | Language::Makefile
        | Language::Markdown
        | Language::Html
        | Language::ReStructuredText
        | Language::AsciiDoc
        | Language::Ini
        | Language::Text => return None,
    })
}
