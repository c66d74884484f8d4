//! The funnel against the whole grammar, on samples with every construct that misleads.

use super::samples::{BY_LINES, SAMPLES};
use super::samples_by_table::BY_TABLE;
use super::{CommentKind, comments, comments_at, judge, scan};
use crate::parse::Language;

fn positions(text: &str, word: &str) -> Vec<usize> {
    text.match_indices(word).map(|(at, _)| at).collect()
}

fn hits(text: &str) -> Vec<usize> {
    let mut all: Vec<usize> = ["YES", "NOT", "MAY"].iter().flat_map(|word| positions(text, word)).collect();
    all.sort_unstable();
    all
}

fn line_of(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    text[start..].lines().next().unwrap_or_default()
}

#[track_caller]
fn check_all(text: &str, language: Language, found: impl Fn(usize) -> bool, what: &str) {
    for hit in hits(text) {
        let expected = !text[hit..].starts_with("NOT");
        assert_eq!(found(hit), expected, "{what}, {language:?}: {}", line_of(text, hit));
    }
}

fn holds(text: &str, language: Language, hits: &[usize], hit: usize) -> bool {
    let comments = comments_at(text, language, hits).value;
    comments.iter().any(|c| (c.at.start as usize..c.at.end as usize).contains(&hit))
}

#[test]
fn the_funnel_finds_what_the_whole_grammar_finds() {
    for (language, text) in SAMPLES {
        let all = hits(text);
        let Ok(tree) = judge::parse(text, *language) else { panic!("samples are small") };
        let whole = |hit| {
            let node = tree.root_node().descendant_for_byte_range(hit, hit + 1);
            let Some(node) = node else { return false };
            node.kind().contains("comment") && node.kind() != "keyword_comment" || node.kind() == "marginalia"
        };
        // Grammars find comments in Java's text blocks and in C's macros, where there are none.
        // They must not miss one.
        for hit in all.iter().filter(|&&hit| !text[hit..].starts_with("NOT")) {
            assert!(whole(*hit), "the grammar itself, {language:?}: {}", line_of(text, *hit));
        }
        check_all(text, *language, |hit| holds(text, *language, &all, hit), "all at once");
        check_all(text, *language, |hit| holds(text, *language, &[hit], hit), "cut after each");
    }
}

#[test]
fn the_lexer_alone_loses_no_comment() {
    for (language, text) in SAMPLES {
        let (raws, _) = scan(text, *language, text.len());
        let found =
            |hit: usize| raws.iter().any(|raw| raw.range.contains(&hit)) || text[hit..].starts_with("MAY");
        check_all(text, *language, found, "the lexer");
    }
}

#[test]
fn tells_comments_of_languages_that_have_no_grammar_here() {
    for (language, text) in BY_LINES.iter().chain(BY_TABLE) {
        let all = hits(text);
        check_all(text, *language, |hit| holds(text, *language, &all, hit), "all at once");
        check_all(text, *language, |hit| holds(text, *language, &[hit], hit), "cut after each");
    }
}

#[track_caller]
fn check(text: &str, language: Language, expected: &[(u32, &str, CommentKind, bool)]) {
    let found = comments(text, language).value;
    let found: Vec<_> = found.iter().map(|c| (c.at.line, c.text.as_str(), c.kind, c.is_trailing)).collect();
    assert_eq!(found, expected);
}

#[test]
fn joins_neighbouring_lines_and_takes_delimiters_off() {
    use CommentKind::{Block, Doc, Line};
    check(
        "//  a\n// b\n\n// c\nx := 1 // d\n// e\n",
        Language::Go,
        &[(1, "a\nb", Line, false), (4, "c", Line, false), (5, "d", Line, true), (6, "e", Line, false)],
    );
    check("/**\n * a\n * b\n */\nint x;\n", Language::C, &[(1, "\na\nb\n", Doc, false)]);
    check("/* a */ int x; /* b */\n", Language::C, &[(1, "a", Block, false), (1, "b", Block, true)]);
    check("/// a\n// b\nfn f() {}\n", Language::Rust, &[(1, "a", Doc, false), (2, "b", Line, false)]);
    check(
        "#!/bin/sh\n# a\n  # b\n",
        Language::Bash,
        &[(1, "!/bin/sh", Line, false), (2, "a\nb", Line, false)],
    );
    check("a: 1 # b\r\n# c\r\n# d\r\n", Language::Yaml, &[(1, "b", Line, true), (2, "c\nd", Line, false)]);
    check("<!-- a -->\n", Language::Markdown, &[(1, "a", Block, false)]);
    check("--[==[ a\nb ]==]\n-- c\n", Language::Lua, &[(1, "a\nb", Block, false), (3, "c", Line, false)]);
    check("{- a -}\n-- b\n", Language::Haskell, &[(1, "a", Block, false), (2, "b", Line, false)]);
    check("%% a\n% b\n", Language::Erlang, &[(1, "a\nb", Line, false)]);
    check("#[[ a ]]\n", Language::CMake, &[(1, "a", Block, false)]);
    check("<p>\n<script>\n// a\n</script>\n", Language::Html, &[(3, "a", Line, false)]);
    check("-- a\nSELECT 1;\n", Language::Sql, &[(1, "a", Line, false)]);
}

#[test]
fn hostile_text_costs_no_more_than_its_length() {
    let long = |part: &str| part.repeat(60_000);
    for (language, text) in [
        (Language::JavaScript, long("x = ((((") + "// YES"),
        (Language::JavaScript, long("`${") + "// YES"),
        (Language::JavaScript, long("/ ") + "// YES"),
        (Language::Bash, long("cat <<A\n") + "# YES"),
        (Language::Ruby, long("%w[ ") + "# YES"),
        (Language::Ruby, long("x = <<~A\n") + "# YES"),
        (Language::Rust, long("r#\"") + "// YES"),
        (Language::C, long("\\\"") + "// YES"),
        (Language::Kotlin, long("/* ") + "YES"),
        (Language::Yaml, long("{{/* ") + "\n# YES"),
        (Language::Yaml, long("- '") + "\n# YES"),
        (Language::Markdown, long("<!-- ") + "YES"),
        (Language::Php, long("<?php <<<A\n") + "// YES"),
        (Language::Python, long("# YES\n")),
        (Language::Lua, long("--[[ ") + "YES"),
        (Language::Lua, long("[=[ ") + "-- YES"),
        (Language::Perl, long("s{") + "# YES"),
        (Language::Perl, long("=pod\n\n") + "# YES"),
        (Language::Elixir, long("~s(#{") + "# YES"),
        (Language::Elixir, long("~S\"\"\" ") + "# YES"),
        (Language::Nix, long("''${") + "# YES"),
        (Language::PowerShell, long("@\"\n") + "# YES"),
        (Language::Swift, long("#\"") + "// YES"),
        (Language::OCaml, long("{a|") + "(* YES"),
        (Language::Haskell, long("{- ") + "YES"),
        (Language::Html, long("<!-- ") + "<!-- YES"),
        (Language::Html, long("<script>") + "// YES"),
        (Language::Html, long("<script>// YES</script>\n") + "<!-- YES -->"),
    ] {
        let all = hits(&text);
        let start = std::time::Instant::now();
        let _ = comments_at(&text, language, &all);
        // Unoptimized and on a busy machine; the quadratic ways took minutes.
        assert!(start.elapsed().as_secs() < 10, "{language:?} {:?} {:?}", &text[..12], start.elapsed());
    }
}

#[test]
fn survives_any_cut_and_odd_characters() {
    for (language, text) in SAMPLES.iter().chain(BY_LINES).chain(BY_TABLE) {
        let text = text.replace("NOT", "größ\u{0}");
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            let _ = scan(&text[..end], *language, end);
        }
        let _ = comments(&text, *language);
    }
    let beyond = comments_at("# a", Language::Python, &[100]);
    assert!(beyond.value.is_empty());
}
