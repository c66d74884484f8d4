//! Samples with every construct that misleads.
//!
//! `YES` stands in a comment, `NOT` in something that only looks like one. `MAY` stands in a comment
//! that the lexer alone would lose: the line-wise gate keeps it for the judge.

use crate::parse::Language;

/// Languages with a grammar.
pub(super) const SAMPLES: &[(Language, &str)] = &[
    (
        Language::Rust,
        r####"//! YES module
fn f<'a>(x: &'a str) -> char { // YES after a lifetime
    let s = "// NOT \" // NOT";
    let r = r#"NOT // " NOT"#;
    let b = br##"NOT /* "# NOT"##;
    let quote = '"'; // YES after a character
    let esc = '\''; // YES
    let uni = 'ö'; /* YES /* nested YES */ YES */ let t = "
      // NOT a string over lines
    ";
    let url = "https://x/NOT";
    /// YES documentation
    'outer: loop { break 'outer; } // YES
}
"####,
    ),
    (
        Language::Go,
        r#"// YES package
package a

const raw = `
// NOT raw
/* NOT`
const r = '"' // YES
const s = "a \" // NOT" // YES
const u = "http://x/NOT"
/* YES
YES */
func f() {
	ctx := NOT.Background() // YES
	x := '`' // YES
}
"#,
    ),
    (
        Language::Python,
        r#####"# YES
"""NOT a module docstring
# NOT
"""
def f():
    '''NOT
    # NOT
    '''
    s = "# NOT" + '# NOT'  # YES
    t = "it's \" # NOT"  # YES
    r = r"\"  # NOT"
    return f"{s} # NOT"  # YES
"#####,
    ),
    (
        Language::Ruby,
        r####"# YES
=begin
YES
=end
a = "# NOT #{b("x")} # NOT" # YES
c = 'it # NOT' # YES
re = /["'] # NOT/ # YES
d = x / 2 # YES / not a regular expression
w = %w[# NOT "] # YES
q = %q(a (b) # NOT ' )
ch = ?# # YES
h = <<~SQL
  # NOT
  it's -- NOT
SQL
z = foo(<<-A, <<-B) # YES
  # NOT
  A
  # NOT
  B
class << self
  # YES
end
list << ITEM # YES
g = $' # YES
match /# NOT/
__END__
# NOT
"####,
    ),
    (
        Language::JavaScript,
        r####"// YES
const a = "// NOT"; const b = '/* NOT */'; // YES
const re = /["'`] \/\/ NOT/g; // YES
const cls = /[/"] NOT/; // YES
const t = `// NOT ${f(`// NOT`, /* YES */ { a: "}" })} // NOT`; // YES
const q = a / b / c; // YES
const url = `https://x/NOT`;
/* YES
 * YES
 */
const j = <p>don't // NOT</p>;
if (/`/.test(a)) { /** YES */ }
return a ? /'/ : 1; // YES
"####,
    ),
    (
        Language::TypeScript,
        r####"// YES
const a: string = "// NOT"; // YES
type T = `// NOT ${string}`; // YES
const re = (x: string) => /"/.test(x); // YES
/** YES */
"####,
    ),
    (
        Language::Tsx,
        r####"// YES
const a = <div title="// NOT">{/* YES */}it's NOT</div>; // MAY
const b = <br />; // YES
"####,
    ),
    (
        Language::Java,
        r####"// YES
class A {
  String s = "// NOT"; // YES
  char c = '"'; // YES
  char d = '\''; // YES
  String t = """
    // NOT " NOT
    """; // YES
  /** YES */
  void f() { int x = 1 / 2; /* YES */ }
}
"####,
    ),
    (
        Language::Kotlin,
        r####"// YES
class A {
  val s = "// NOT ${f("// NOT")}" // YES
  val c = '"' // YES
  val t = """
    // NOT " NOT
    """ // YES
  /* YES /* YES */ YES */
}
"####,
    ),
    (
        Language::C,
        r####"// YES
#include <a.h> /* YES */
char *s = "// NOT \" // NOT"; // YES
char c = '"'; // YES
/* YES
YES */
#define X "/* NOT" // YES
// YES goes on \
   YES
int a = b /*YES*/ / c;
"####,
    ),
    (
        Language::Cpp,
        r####"// YES
auto s = R"(// NOT " NOT)"; // YES
auto t = u8R"x(// NOT )" NOT)x"; // YES
auto n = 1'000'000; // YES
auto c = '"'; /* YES */
"####,
    ),
    (
        Language::CSharp,
        r####"// YES
class A {
  string s = "// NOT"; // YES
  string v = @"C:\"; // YES
  string w = @"// NOT ""
// NOT "; // YES
  string i = $@"// NOT {x} "; // YES
  char c = '"'; // YES
  /// YES
  /* YES */
}
"####,
    ),
    (
        Language::Php,
        r####"<p>// NOT it's # NOT</p>
<?php
// YES
# YES
#[NOT]
$a = "// NOT
# NOT"; // YES
$b = 'it\'s // NOT'; /* YES */
$c = <<<SQL
  // NOT it's
  SQL;
$d = 1; // YES
/** YES */
// YES ?> // NOT
<?= 1 ?>
"####,
    ),
    (
        Language::Bash,
        r####"#!/bin/bash
# YES
echo "# NOT" '# NOT' # YES
n=$# # YES
l=${#a} # YES
p=${a#NOT}
u=http://x/#NOT
cat <<EOF
# NOT it's
EOF
cat <<-'X' # YES
	# NOT
	X
grep a <<< "# NOT" # YES
echo don\'t # YES
m="over
# NOT
lines" # YES
k=$'it\'s # NOT' # YES
(# YES
)
"####,
    ),
    (
        Language::Sql,
        r####"-- YES
SELECT '-- NOT it''s NOT', "a -- NOT" FROM t; -- YES
/* YES
YES */
INSERT INTO t (a) VALUES ('http://NOT'); -- YES
COMMENT ON TABLE t IS 'NOT';
"####,
    ),
];

/// Languages whose comments the lexer alone decides.
pub(super) const BY_LINES: &[(Language, &str)] = &[
    (
        Language::Yaml,
        r####"# YES
a: b # YES
c: "# NOT" # YES
d: 'it''s # NOT' # YES
e: don't # YES
f: http://x/#NOT
g: |
  # NOT
  NOT

  NOT
h: >- # YES
  # NOT
jobs:
  - run: |
      # YES a script
      echo "# NOT"
    env: x # YES
  - text: |
      # NOT
  - |
    # NOT
script:
  - |
    # YES
a.py: |
  # YES by its name
custom: |
  # YES by its first line
  import os
a.md: |
  # NOT
  text NOT
i: "over
  # NOT
  lines" # YES
{{- /* YES */ -}}
{{/* YES
YES */}}
j: {{ .x | default "# NOT" }} # YES
k: !Sub "# NOT" # YES
"####,
    ),
    (
        Language::Hcl,
        r####"# YES
// YES
/* YES */
resource "a" "b" { # YES
  x = "# NOT ${y["// NOT"]}" # YES
  u = "http://NOT"
  z = <<-EOT
    # NOT
  EOT
  w = <<EOT
# NOT
EOT
}
# YES
"####,
    ),
    (
        Language::Toml,
        "# YES\na = \"# NOT\" # YES\nb = '# NOT\\' # YES\nc = '''\n# NOT\n''' # YES\nd = \"\"\"\n# NOT \\\"\n\"\"\" # YES\n",
    ),
    (
        Language::Dockerfile,
        "# YES\nFROM a\nRUN echo '# NOT' \\\n  # YES\n  && b\nRUN <<EOF\n# NOT\nEOF\nENV A=#NOT\n# YES\n",
    ),
    (Language::Makefile, "# YES\na: b # YES\n\techo '# NOT' # YES\n\techo $#NOT \\#NOT\n\tdon't # YES\n"),
    (Language::Ini, "# YES\n; YES\na = b#NOT\nc = d # NOT\nlisten 80; # YES\n"),
    (
        Language::Markdown,
        "# NOT\n<!-- YES -->\n```\n<!-- NOT -->\n```\n`<!-- NOT -->` <!-- YES\nYES --> NOT\n<!-- NOT\n",
    ),
    (Language::Json, "{\"a\": \"// NOT\", // YES\n/* YES */ \"u\": \"http://NOT\"}\n"),
    (Language::AsciiDoc, "// YES\nhttp://NOT\n"),
    (Language::Text, "# NOT\n"),
];
