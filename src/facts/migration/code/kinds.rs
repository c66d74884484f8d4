//! Which nodes of which grammar are what. The kinds of different grammars hardly clash, so one list
//! serves all of them.

/// Names, numbers and constants.
pub(super) const WORDS: &[&str] = &[
    "identifier",
    "simple_identifier",
    "field_identifier",
    "property_identifier",
    "private_property_identifier",
    "shorthand_property_identifier",
    "type_identifier",
    "predefined_type",
    "constant",
    "instance_variable",
    "global_variable",
    "variable_name",
    "name",
    "alias",
    "true",
    "false",
    "null",
    "nil",
    "none",
    "undefined",
    "boolean",
    "boolean_literal",
    "null_literal",
    "integer",
    "number",
    "float",
    "integer_literal",
    "number_literal",
    "int_literal",
    "decimal_integer_literal",
    "this",
    "self",
    "unit_expression",
];
/// Literals of text.
pub(in crate::facts::migration) const TEXTS: &[&str] = &[
    "string",
    "template_string",
    "string_literal",
    "raw_string_literal",
    "interpreted_string_literal",
    "verbatim_string_literal",
    "interpolated_string_expression",
    "encapsed_string",
    "heredoc",
    "nowdoc",
    "heredoc_beginning",
    "sigil",
    "multiline_string_literal",
    "concatenated_string",
    "chained_string",
];
/// Bodies: each child is a statement.
pub(super) const BLOCKS: &[&str] = &[
    "statement_block",
    "block",
    "compound_statement",
    "do_block",
    "body_statement",
    "block_body",
    "declaration_list",
    "class_body",
    "function_body",
    "arrow_expression_clause",
    "program",
    "module",
    "source_file",
    "source",
    "compilation_unit",
];
/// Closures.
pub(super) const CLOSURES: &[&str] = &[
    "arrow_function",
    "function_expression",
    "func_literal",
    "closure_expression",
    "lambda_expression",
    "anonymous_function",
    "anonymous_method_expression",
    "lambda",
    "lambda_literal",
];
/// Functions with a name.
pub(super) const FUNCTIONS: &[&str] = &[
    "function_declaration",
    "method_definition",
    "method_declaration",
    "function_item",
    "function_definition",
    "method",
    "singleton_method",
];
/// Classes, and what has members like one.
pub(super) const CLASSES: &[&str] = &[
    "class_declaration",
    "class_definition",
    "class",
    "anonymous_class",
    "object_literal",
    "object_declaration",
    "impl_item",
];
/// A name gets a value.
pub(super) const BINDINGS: &[&str] = &[
    "assignment_expression",
    "assignment",
    "assignment_statement",
    "variable_declarator",
    "public_field_definition",
    "field_definition",
    "const_spec",
    "var_spec",
    "short_var_declaration",
    "let_declaration",
    "const_item",
    "static_item",
    "property_declaration",
    "const_element",
    "property_element",
];
/// Calls.
pub(super) const CALLS: &[&str] = &[
    "call",
    "call_expression",
    "invocation_expression",
    "method_invocation",
    "object_creation_expression",
    "new_expression",
    "member_call_expression",
    "nullsafe_member_call_expression",
    "scoped_call_expression",
    "function_call_expression",
    "macro_invocation",
];
/// Members.
pub(super) const MEMBERS: &[&str] = &[
    "member_expression",
    "attribute",
    "selector_expression",
    "field_expression",
    "scoped_identifier",
    "scoped_type_identifier",
    "navigation_expression",
    "member_access_expression",
    "nullsafe_member_access_expression",
    "scope_resolution",
    "class_constant_access_expression",
    "scoped_property_access_expression",
    "element_reference",
    "subscript_expression",
    "field_access",
    "qualified_name",
    "qualified_type",
    "dot",
];
/// Around one value; what else they hold are types and operators.
pub(super) const WRAPPERS: &[&str] = &[
    "await_expression",
    "try_expression",
    "parenthesized_expression",
    "non_null_expression",
    "as_expression",
    "satisfies_expression",
    "await",
    "postfix_unary_expression",
    "generic_name",
    "generic_function",
    "generic_type",
    "literal_element",
    "spread_element",
];
/// Keys with values.
pub(super) const MAPS: &[&str] = &["object", "hash", "dictionary", "map", "literal_value", "keywords"];
/// Lists.
pub(super) const LISTS: &[&str] = &["array", "list", "tuple", "array_expression", "collection_expression"];
/// One entry of a map.
pub(super) const PAIRS: &[&str] = &["pair", "keyed_element", "keyword_argument", "element_value_pair"];
/// Fields in which grammars keep the object of a member or a call, and its name.
pub(super) const OBJECTS: &[&str] =
    &["object", "operand", "value", "path", "scope", "receiver", "expression", "left", "argument", "package"];
pub(super) const NAMES: &[&str] = &["property", "attribute", "field", "name", "method", "right", "index"];
/// What is called.
pub(super) const CALLEES: &[&str] = &["function", "target", "constructor", "type", "macro", "method", "name"];
