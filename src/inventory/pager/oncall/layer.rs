//! The layers of a schedule and the people in them.

use super::written::{is_literal, names_kind, tidy};
use super::{belongs, blocks, key, references, resource};
use crate::inventory::pager::terraform::{End, Graph};
use crate::model::fact::Resource;
use crate::model::thing::Shift;
use crate::model::tree::{Node, Value};
use crate::rules::OncallTool;

/// Every layer with the folder it stands in.
pub(super) fn layers<'g>(
    tool: &OncallTool,
    graph: &'g Graph<'_>,
    folder: &'g str,
    schedule: &'g Resource,
) -> Vec<(&'g str, &'g Node)> {
    let mut found: Vec<(&str, &Node)> =
        blocks(&schedule.body, &tool.layers).into_iter().map(|layer| (folder, layer)).collect();
    for part in &tool.layer_parts {
        for (at, _, layer) in graph.of_kind(&part.kind) {
            let is_ours = if part.of.is_empty() {
                let mine = key(at, layer);
                references(graph, folder, &schedule.body)
                    .iter()
                    .any(|(end, _)| resource(end).as_ref() == Some(&mine))
            } else {
                belongs(graph, at, layer, &part.of, folder, schedule)
            };
            if is_ours {
                found.push((at, &layer.body));
            }
        }
    }
    if tool.layers.is_empty() && tool.layer_parts.is_empty() {
        found.push((folder, &schedule.body));
    }
    found
}

/// Adds the people that a layer names; says why not all are known.
pub(super) fn people(
    tool: &OncallTool,
    graph: &Graph<'_>,
    folder: &str,
    layer: &Node,
    shift: &mut Shift,
    unread: &mut Option<String>,
) {
    layer.walk(&mut |keys, node| {
        let is_inside = keys.iter().any(|key| tool.people_in.iter().any(|name| name == key));
        // Of a block that describes one member, only the names count, not what kind of member it is.
        let is_name = keys.last().is_some_and(|key| {
            tool.people_in.iter().any(|name| name == key) || key.ends_with("id") || *key == "username"
        });
        let is_leaf = !matches!(node.value, Value::List(_) | Value::Map(_));
        if !is_inside || !is_name || !is_leaf {
            return;
        }
        for (end, written) in graph.written_ends(folder, node) {
            let is_made = written.contains(" for ")
                || written.contains("[for")
                || written.contains("[*]")
                || written.contains("each.");
            let is_person = match &end {
                End::Resource(_, kind, _) => tool.people.contains(kind),
                End::Outside(_) => names_kind(&tool.people, &written) || is_literal(&written),
            };
            if is_made || !is_person {
                unread.get_or_insert_with(|| {
                    format!("its people come from `{}`", crate::text::cut(&written, 60))
                });
                continue;
            }
            let name = tidy(tool, &written);
            if !shift.people.contains(&name) {
                shift.people.push(name);
            }
        }
    });
}
