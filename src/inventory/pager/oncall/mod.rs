//! Paging services, escalations and schedules that Terraform declares, followed to the people.
//!
//! Which kinds stand for what is in `rules/catalog/oncall.toml`; between them only references are
//! followed. A list that something else makes (`for`, `each`, `dynamic`, a variable without a value)
//! leaves people or steps unknown, and says so.
//!
//! - `hours`: the hours of the week a layer covers
//! - `layer`: the layers of a schedule and the people in them
//! - `written`: references as people would say them

mod hours;
mod layer;
mod written;

use std::collections::BTreeMap;

use layer::{layers, people};
use written::{names_kind, tidy};

use super::terraform::{End, Graph};

use crate::model::fact::Resource;
use crate::model::thing::{Escalation, PagedService, Rota, Shift, Step, Target};
use crate::model::tree::Node;
use crate::model::{Inventory, Span};
use crate::rules::OncallTool;

/// A resource: folder, kind, name.
type Key = (String, String, String);

/// What is declared, by resource.
#[derive(Default)]
pub(super) struct Oncall {
    services: Vec<PagedService>,
    escalations: Vec<Escalation>,
    rotas: Vec<Rota>,
    by_key: BTreeMap<Key, usize>,
}

impl Oncall {
    /// Reads everything that a known tool declares.
    pub(super) fn read(graph: &Graph<'_>) -> Self {
        let mut all = Self::default();
        for tool in OncallTool::all() {
            let rotas = all.rotas(tool, graph);
            let policies = all.policies(tool, graph, &rotas);
            all.services(tool, graph, &policies);
        }
        all
    }

    /// The service behind a value that holds a key of one (an address with the key inside).
    pub(super) fn behind(&self, graph: &Graph<'_>, folder: &str, value: &Node) -> Option<usize> {
        graph.ends(folder, value).into_iter().find_map(|end| match end {
            End::Resource(folder, kind, name) => self.by_key.get(&(folder, kind, name)).copied(),
            End::Outside(_) => None,
        })
    }

    /// Hands everything over.
    pub(super) fn fill(self, inventory: &mut Inventory) {
        inventory.paged_services = self.services;
        inventory.escalations = self.escalations;
        inventory.rotas = self.rotas;
    }

    fn rotas(&mut self, tool: &'static OncallTool, graph: &Graph<'_>) -> BTreeMap<Key, usize> {
        let mut known = BTreeMap::new();
        for (folder, span, schedule) in declared(graph, &tool.rotas) {
            let mut rota = Rota {
                span: span.clone(),
                name: title(schedule),
                tool: tool.name.clone(),
                shifts: Vec::new(),
                zone: tool.zone.iter().find_map(|key| schedule.body.text_at(key)).map(str::to_owned),
                unread: None,
            };
            for (at, layer) in layers(tool, graph, folder, schedule) {
                let mut shift = Shift { people: Vec::new(), hours: hours::covered(layer, tool.hours) };
                people(tool, graph, at, layer, &mut shift, &mut rota.unread);
                rota.shifts.push(shift);
            }
            let is_made = |names: &[String]| names.iter().any(|name| makes(&schedule.body, name));
            if is_made(&tool.layers) {
                rota.unread = Some("its layers are made from values that are set elsewhere".to_owned());
            } else if rota.shifts.iter().all(|shift| shift.people.is_empty()) {
                rota.unread.get_or_insert_with(|| "its people are not declared here".to_owned());
            }
            known.insert(key(folder, schedule), self.rotas.len());
            self.rotas.push(rota);
        }
        known
    }

    fn policies(
        &mut self,
        tool: &'static OncallTool,
        graph: &Graph<'_>,
        rotas: &BTreeMap<Key, usize>,
    ) -> BTreeMap<Key, usize> {
        let mut known = BTreeMap::new();
        for (folder, span, policy) in declared(graph, &tool.policies) {
            let blocks = steps(tool, graph, folder, policy);
            let mut unread = tool
                .steps
                .iter()
                .any(|name| makes(&policy.body, name))
                .then(|| "its steps are made from values that are set elsewhere".to_owned());
            let steps: Vec<Step> =
                blocks.into_iter().map(|(at, block)| step(tool, graph, at, block, rotas)).collect();
            // A step that only waits calls nobody.
            let steps = joined(steps);
            if steps.is_empty() {
                unread.get_or_insert_with(|| "its steps are not declared here".to_owned());
            }
            known.insert(key(folder, policy), self.escalations.len());
            self.escalations.push(Escalation {
                span: span.clone(),
                name: title(policy),
                tool: tool.name.clone(),
                steps,
                unread,
            });
        }
        known
    }

    /// Services, and keys that lead to one or to a policy by themselves.
    fn services(&mut self, tool: &'static OncallTool, graph: &Graph<'_>, policies: &BTreeMap<Key, usize>) {
        for (folder, span, service) in declared(graph, &tool.services) {
            self.add_service(tool, graph, (folder, span, service), policies);
        }
        for (folder, span, sender) in declared(graph, &tool.keys) {
            let ends = references(graph, folder, &sender.body);
            match ends.iter().find_map(|(end, _)| self.by_key.get(&resource(end)?).copied()) {
                Some(index) => {
                    self.by_key.insert(key(folder, sender), index);
                }
                None => self.add_service(tool, graph, (folder, span, sender), policies),
            }
        }
    }

    fn add_service(
        &mut self,
        tool: &'static OncallTool,
        graph: &Graph<'_>,
        (folder, span, block): (&str, &Span, &Resource),
        policies: &BTreeMap<Key, usize>,
    ) {
        let (escalation, unread) = led_to(tool, graph, folder, block, policies);
        self.by_key.insert(key(folder, block), self.services.len());
        let (span, name, tool) = (span.clone(), title(block), tool.name.clone());
        self.services.push(PagedService { span, name, tool, escalation, unread });
    }
}

/// The policy that a service or key leads to, else why it is not known.
fn led_to(
    tool: &OncallTool,
    graph: &Graph<'_>,
    folder: &str,
    from: &Resource,
    policies: &BTreeMap<Key, usize>,
) -> (Option<usize>, Option<String>) {
    let ends = references(graph, folder, &from.body);
    if let Some(index) = ends.iter().find_map(|(end, _)| policies.get(&resource(end)?).copied()) {
        return (Some(index), None);
    }
    if let Some(owner) = Some(&tool.owned_by).filter(|key| !key.is_empty()) {
        let team = |at: &str, body: &Node| body.get(owner).map(|value| graph.ends(at, value));
        let ours = team(folder, &from.body).filter(|ends| !ends.is_empty());
        let owned: Vec<usize> = declared(graph, &tool.policies)
            .into_iter()
            .filter(|(at, _, policy)| ours.is_some() && team(at, &policy.body) == ours)
            .filter_map(|(at, _, policy)| policies.get(&key(at, policy)).copied())
            .collect();
        return match owned.as_slice() {
            [one] => (Some(*one), None),
            [] => (None, Some("names no escalation that is declared here".to_owned())),
            many => (None, Some(format!("belongs to a team with {} escalations", many.len()))),
        };
    }
    let named = ends.iter().find(|(end, written)| {
        matches!(end, End::Outside(_)) && tool.policies.iter().any(|kind| written.contains(kind.as_str()))
    });
    let why = match named {
        Some((_, written)) => format!("calls `{}`, which is declared elsewhere", tidy(tool, written)),
        None => "names no escalation that is declared here".to_owned(),
    };
    (None, Some(why))
}

fn declared<'g>(graph: &'g Graph<'_>, kinds: &[String]) -> Vec<(&'g str, &'g Span, &'g Resource)> {
    kinds.iter().flat_map(|kind| graph.of_kind(kind)).collect()
}

fn key(folder: &str, resource: &Resource) -> Key {
    (folder.to_owned(), resource.kind.clone(), resource.name.clone())
}

fn resource(end: &End) -> Option<Key> {
    match end {
        End::Resource(folder, kind, name) => Some((folder.clone(), kind.clone(), name.clone())),
        End::Outside(_) => None,
    }
}

/// The name people know, else the block's own.
fn title(resource: &Resource) -> String {
    let named =
        ["name", "display_name", "pronounceable_name"].iter().find_map(|key| resource.body.text_at(key));
    named.unwrap_or(&resource.name).to_owned()
}

/// Whether a body makes blocks of a name by `dynamic`.
fn makes(body: &Node, name: &str) -> bool {
    body.get_all("dynamic").any(|made| made.get(name).is_some())
}

fn blocks<'n>(body: &'n Node, names: &[String]) -> Vec<&'n Node> {
    let named = body.entries().iter().filter(|entry| names.contains(&entry.key));
    named
        .flat_map(|entry| match entry.node.items() {
            [] => std::slice::from_ref(&entry.node),
            items => items,
        })
        .collect()
}

/// Whether a part names the whole it belongs to.
fn belongs(graph: &Graph<'_>, at: &str, part: &Resource, of: &str, folder: &str, whole: &Resource) -> bool {
    let whole = key(folder, whole);
    let ends = part.body.get(of).map(|value| graph.ends(at, value)).unwrap_or_default();
    ends.iter().any(|end| resource(end).as_ref() == Some(&whole))
}

fn steps<'g>(
    tool: &OncallTool,
    graph: &'g Graph<'_>,
    folder: &'g str,
    policy: &'g Resource,
) -> Vec<(&'g str, &'g Node)> {
    let mut found: Vec<(&str, &Node)> =
        blocks(&policy.body, &tool.steps).into_iter().map(|step| (folder, step)).collect();
    if !tool.targets.is_empty() {
        policy.body.walk(&mut |_, node| {
            if tool.targets.iter().any(|name| node.get(name).is_some()) {
                found.push((folder, node));
            }
        });
    }
    for part in &tool.parts {
        let mut own: Vec<(i64, &str, &Node)> = graph
            .of_kind(&part.kind)
            .into_iter()
            .filter(|(at, _, step)| belongs(graph, at, step, &part.of, folder, policy))
            .map(|(at, _, step)| {
                (step.body.get(&part.order).and_then(Node::as_i64).unwrap_or(0), at, &step.body)
            })
            .collect();
        own.sort_by_key(|(order, ..)| *order);
        found.extend(own.into_iter().map(|(_, at, step)| (at, step)));
    }
    found
}

fn step(
    tool: &OncallTool,
    graph: &Graph<'_>,
    folder: &str,
    block: &Node,
    rotas: &BTreeMap<Key, usize>,
) -> Step {
    let wait = block.get(&tool.wait).and_then(Node::as_i64).and_then(|wait| u32::try_from(wait).ok());
    let unit = if tool.wait_unit == "minutes" { 60 } else { 1 };
    let mut targets = Vec::new();
    for (end, written) in references(graph, folder, block) {
        let target = match &end {
            End::Resource(_, kind, _) if tool.people.contains(kind) => Target::Person(tidy(tool, &written)),
            End::Resource(_, kind, _) if tool.teams.contains(kind) => Target::Team(tidy(tool, &written)),
            End::Resource(_, kind, _) if tool.policies.contains(kind) => continue,
            End::Resource(..) => match resource(&end).and_then(|key| rotas.get(&key).copied()) {
                Some(rota) => Target::Rota(rota),
                None => continue,
            },
            End::Outside(_) if names_kind(&tool.people, &written) => Target::Person(tidy(tool, &written)),
            End::Outside(_) if names_kind(&tool.teams, &written) => Target::Team(tidy(tool, &written)),
            End::Outside(_) if written.contains(['.', '[']) => Target::Elsewhere(tidy(tool, &written)),
            End::Outside(_) => continue,
        };
        targets.push(target);
    }
    block.walk(&mut |keys, node| {
        let said = keys.last() == Some(&"type");
        match node.text().filter(|_| said) {
            Some("current_on_call") => targets.push(Target::Elsewhere("whoever is on call".to_owned())),
            Some("entire_team") => targets.push(Target::Team("the entire team".to_owned())),
            _ => {}
        }
    });
    let mut seen = Vec::new();
    targets.retain(|target| {
        let is_new = !seen.contains(target);
        seen.push(target.clone());
        is_new
    });
    Step { wait_seconds: wait.and_then(|wait| wait.checked_mul(unit)), targets }
}

/// Steps that only wait lengthen the one before.
fn joined(steps: Vec<Step>) -> Vec<Step> {
    let mut all: Vec<Step> = Vec::new();
    for step in steps {
        match all.last_mut() {
            Some(before) if step.targets.is_empty() => {
                before.wait_seconds = before.wait_seconds.or(step.wait_seconds)
            }
            _ if step.targets.is_empty() => {}
            _ => all.push(step),
        }
    }
    all
}

/// Every reference of a block, in the order of the file, with how it is written where it ends.
fn references(graph: &Graph<'_>, folder: &str, block: &Node) -> Vec<(End, String)> {
    let mut found = Vec::new();
    block.walk(&mut |_, node| {
        if node.unknown().is_some() {
            found.extend(graph.written_ends(folder, node));
        }
    });
    found
}
