//! Samples of the languages that have a table and no grammar; see `samples`.

use crate::parse::Language;

/// Languages whose comments the lexer alone decides.
pub(super) const BY_TABLE: &[(Language, &str)] = &[
    (
        Language::Scala,
        r####"// YES
object A {
  val s = s"// NOT ${f("// NOT")}" // YES
  val t = """
    // NOT " NOT
    """ // YES
  val c = '"' // YES
  val u = 'symbol // YES
  /* YES /* YES */ YES */
}
"####,
    ),
    (
        Language::Swift,
        r####"// YES
let a = "// NOT \(f("// NOT" /* YES */)) // NOT" // YES
let b = #"// NOT \" " // NOT"# // YES
let c = """
  // NOT " NOT \(x)
  """ // YES
/* YES /* YES */ YES */
let d = ##"""
  // NOT """# NOT
  """## // YES
"####,
    ),
    (
        Language::Elixir,
        r####"# YES
@moduledoc """
# NOT it's "NOT"
"""
@doc ~S"""
# NOT #{x}
"""
def f(x \\ "a"), do: x # YES
a = "# NOT #{g("# NOT")} # NOT" # YES
b = ~s(# NOT #{h(")")} # NOT) # YES
c = ~r/# NOT \/ # NOT/ # YES
d = ?# # YES
e = ?" # YES
g = empty?(x) # YES
h = ~w[# NOT] # YES
i = 'it # NOT' # YES
j = ~S|\| # YES
k = x |> y # YES
"####,
    ),
    (
        Language::Lua,
        r####"-- YES
local a = "-- NOT \" -- NOT" -- YES
local b = [[
-- NOT ]=] NOT
]] -- YES
--[[ YES
YES ]] local c = a[b[1]] -- YES
--[==[ YES ]] YES
]==] local d = '-- NOT'
local e = [=[ NOT ]] -- NOT ]=] -- YES
---[[ YES one line
local f = "NOT"
"####,
    ),
    (
        Language::Haskell,
        r####"-- YES
{- YES {- YES -} YES -}
f x = x --> "NOT" -- YES
g = a |-- NOT
h = '"' -- YES
i' = foldl' (\x y -> x) "-- NOT" -- YES
j = f' '"' -- YES
k = "a \" -- NOT \
    \ -- NOT" -- YES
--- YES
m = (--|) NOT
-- | YES
"####,
    ),
    (
        Language::R,
        "# YES\na <- \"# NOT\" # YES\nb <- 'it \\' # NOT' # YES\n`c # NOT` <- 1 # YES\nd <- r\"(# NOT \" # NOT)\" # YES\ne <- \"\n# NOT\n\" # YES\n",
    ),
    (
        Language::Perl,
        r####"#!/usr/bin/perl
# YES
my $n = $#list; # YES
my $s = "# NOT \" # NOT"; # YES
my $q = q(# NOT (it's) # NOT); # YES
my @w = qw{# NOT}; # YES
$s =~ s/# NOT/'/; # YES
$s =~ s{# NOT} {"# NOT}; # YES
$s =~ m#NOT "NOT#; # YES
$s =~ tr/#"//d; # YES
my %h = (s => 1, y => 2); # YES
print $h{s}, $h{y}; # YES
if (-s $file) { } # YES
print <<"EOT", <<'X'; # YES
# NOT it's
EOT
# NOT
X
split /# NOT "/, $s; # YES
my $d = $a / 2; # YES / 3

=head1 NOT

# NOT it's

=cut

# YES

=begin comment

YES

=cut

my $v = $' . $"; # YES
__END__
# NOT
"####,
    ),
    (
        Language::PowerShell,
        r####"# YES
<# YES
YES #>
$a = "# NOT `" # NOT" # YES
$b = 'it''s # NOT' # YES
$c = @"
# NOT " NOT
"@ # YES
$d = @'
# NOT '
'@ # YES
$e = "x $(f "# NOT") # NOT" # YES
$f = 'C:\' # YES
$g = a#NOT
$h = @("a") # YES
"####,
    ),
    (
        Language::Nix,
        r####"# YES
{ # YES
  a = "# NOT ${f "# NOT"} # NOT"; # YES
  b = ''
    # NOT it's ''${x} # NOT
    ''' # NOT
    ${g /* YES */ "# NOT"}
  ''; # YES
  c = foldl' x; # YES
  /* YES
     YES */
}
"####,
    ),
    (
        Language::Html,
        r####"<!-- YES -->
<p title="x">// NOT # NOT it's</p>
<script>
// YES
const re = /["'] \/\/ NOT/; /* YES */
const s = "// NOT";
</script>
<script type="text/template">
// NOT
</script>
<script lang="ts" setup>
const a: string = `// NOT`; // YES
</script>
<style lang="scss">
// YES
a { background: url(//NOT); /* YES */ }
</style>
{# YES #} {{!-- YES --}} {{-- YES --}} <%# YES %>
<STYLE>
// NOT
</STYLE>
<scripted> // NOT
"####,
    ),
    (Language::Css, "/* YES */ a { content: \"/* NOT */\" } // NOT\n"),
    (
        Language::Scss,
        "// YES\n/* YES */\na { b: url(http://NOT); c: url(//NOT); d: \"// NOT\"; } // YES\n@import 'http://NOT';\n",
    ),
    (Language::Xml, "<!-- YES -->\n<a b=\"# NOT\">// NOT</a><![CDATA[ <!-- NOT --> ]]> <!-- YES\nYES -->\n"),
    (
        Language::Dart,
        "// YES\nvar a = '// NOT ${f('// NOT')} // NOT'; // YES\nvar b = r'\\'; // YES\nvar c = '''\n// NOT it's\n'''; // YES\n/* YES /* YES */ YES */\n/// YES\n",
    ),
    (
        Language::Lisp,
        "; YES\n(def a \"; NOT \\\" ; NOT\") ; YES\n(def b \\;) ; YES\n(def c \\\") ;; YES\n#\"; NOT\" ; YES\n#| YES #| YES |# YES |#\n",
    ),
    (Language::Erlang, "% YES\nf() -> \"% NOT \\\" % NOT\", 'it % NOT', $%, $\", $\\\", ok. % YES\n%% YES\n"),
    (
        Language::Protobuf,
        "// YES\nstring a = 1 [default = \"// NOT\"]; // YES\n/* YES */ option b = 'http://NOT';\n",
    ),
    (
        Language::GraphQl,
        "# YES\n\"\"\"\n# NOT \" NOT\n\"\"\"\ntype A { b(c: String = \"# NOT\"): D } # YES\n",
    ),
    (Language::ObjectiveC, "// YES\nNSString *s = @\"// NOT\"; char c = '\"'; // YES\n/* YES */\n"),
    (Language::Starlark, "# YES\na(name = \"# NOT\", cmd = '''\n# NOT\n''') # YES\n\"\"\"NOT\n# NOT\"\"\"\n"),
    (
        Language::CMake,
        "# YES\nset(A \"# NOT \\\" # NOT\") # YES\n#[[ YES\nYES ]] set(B [==[\n# NOT ]] NOT\n]==]) # YES\nset(C [[# NOT]]) # YES\n",
    ),
    (
        Language::Jsonnet,
        "// YES\n# YES\n{ a: '# NOT', b: @\"\\\", c: @'it''s # NOT', // YES\nd: |||\n  # NOT it's\n  // NOT\n|||, /* YES */ e: \"// NOT\" }\n",
    ),
    (Language::Rego, "# YES\na := \"# NOT \\\" # NOT\" # YES\nb := `\n# NOT \" NOT\n` # YES\n"),
    (Language::Solidity, "// YES\nstring a = \"// NOT\"; /* YES */ string b = 'http://NOT'; // YES\n"),
    (
        Language::OCaml,
        "(* YES (* YES *) YES *)\nlet a = \"(* NOT *)\" (* YES *)\nlet b = '\"' (* YES *)\nlet f (x : 'a) x' = x' (* YES *)\nlet c = {|(* NOT \" NOT|} (* YES *)\nlet d = {sql|(* NOT |} NOT|sql} (* YES *)\n",
    ),
    (
        Language::Zig,
        "// YES\nconst a = \"// NOT\"; // YES\nconst b =\n    \\\\ // NOT \" NOT\n;\nconst c = '\"'; /// YES\n",
    ),
    (
        Language::Julia,
        "# YES\na = \"# NOT $(f(\"# NOT\")) # NOT\" # YES\nb = A' * B' # YES\nc = '\"' # YES\n#= YES #= YES =# YES =# d = \"\"\"\n# NOT \" NOT\n\"\"\" # YES\n",
    ),
    (
        Language::Bicep,
        "// YES\nvar a = '// NOT ${f('// NOT')} // NOT' // YES\nvar b = '''\n// NOT it's\n''' /* YES */\n",
    ),
    (Language::Puppet, "# YES\n$a = \"# NOT ${b['# NOT']} # NOT\" # YES\nif $c =~ /# NOT/ { # YES\n}\n"),
    (Language::List, "# YES\na==1.0 # YES\ngit+https://x/y#NOT\n"),
];
