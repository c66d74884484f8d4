//! The model's alerts and escalations turned into paths.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Alert, Asked, Call, Escalation, PageSchema, Path, Step, WhoIsPaged};
use crate::model::Inventory;
use crate::model::thing::{self, AlertEnd, Muted, Rota, Shift, Target};
use crate::report::compose::{Given, tool};
use crate::text::nearest;

/// No alert has the name that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchAlert {
    /// How many alerts there are.
    pub alerts: usize,
    /// The nearest name.
    pub nearest: Option<String>,
}

/// Follows the alerts that are asked for.
pub fn compose(given: &Given<'_>, asked: Asked) -> Result<WhoIsPaged, NoSuchAlert> {
    let inventory = given.inventory;
    let at = asked.at;
    let people: Vec<&thing::Alert> =
        inventory.alerts.iter().filter(|alert| alert.is_for_people && alert.is_of_production).collect();
    let critical = people.iter().filter(|alert| alert.is_critical).count();
    let chosen = chosen(&people, asked.alert.as_deref(), critical)?;
    let mut escalations = tied(inventory, &chosen);
    let is_tied = !escalations.is_empty();
    if !is_tied {
        let of_services = inventory.paged_services.iter().map(|service| (Some(service), service.escalation));
        let named: Vec<_> = of_services.collect();
        let alone = (0..inventory.escalations.len())
            .filter(|index| named.iter().all(|(_, known)| *known != Some(*index)))
            .map(|index| (None, Some(index)));
        escalations = alone.chain(named.iter().copied()).collect();
    }
    let mut shown: Vec<Escalation> = escalations
        .into_iter()
        .map(|(service, index)| escalation(inventory, service, index, asked.at))
        .collect();
    shown.sort_by(|a, b| (&a.path, a.line, &a.services).cmp(&(&b.path, b.line, &b.services)));
    shown = merged(shown);
    Ok(WhoIsPaged {
        schema: PageSchema::V1,
        tool: tool(given.rules_digest.clone()),
        asked,
        alerts: people.len(),
        critical,
        paths: paths(inventory, &chosen, at),
        escalations: shown,
        is_tied,
    })
}

/// The alerts asked for: of that name, else with it as a part, else the critical ones.
fn chosen<'a>(
    all: &[&'a thing::Alert],
    name: Option<&str>,
    critical: usize,
) -> Result<Vec<&'a thing::Alert>, NoSuchAlert> {
    let Some(name) = name else {
        return Ok(all.iter().copied().filter(|alert| alert.is_critical || critical == 0).collect());
    };
    let wanted = name.to_lowercase();
    let by = |is: &dyn Fn(&str) -> bool| -> Vec<&thing::Alert> {
        all.iter().copied().filter(|alert| is(&alert.rule.name.to_lowercase())).collect()
    };
    let exact = by(&|known| known == wanted);
    let found = if exact.is_empty() { by(&|known| known.contains(&wanted)) } else { exact };
    if found.is_empty() {
        let near = nearest(name, all.iter().map(|alert| alert.rule.name.as_str())).map(str::to_owned);
        return Err(NoSuchAlert { alerts: all.len(), nearest: near });
    }
    Ok(found)
}

/// Alerts that take the same path to the same end are one path.
fn paths(inventory: &Inventory, alerts: &[&thing::Alert], at: Option<u16>) -> Vec<Path> {
    type Way = (Vec<String>, &'static str, Option<String>);
    let mut ways: BTreeMap<Way, Vec<Alert>> = BTreeMap::new();
    for alert in alerts {
        // The first step is the alert itself.
        let mut route: Vec<String> = alert.path.iter().skip(1).cloned().collect();
        route.extend(services(inventory, alert));
        let is_muted =
            |muted: &&Muted| at.is_some_and(|at| muted.hours.iter().any(|(a, b)| (*a..*b).contains(&at)));
        let (ends, because) = match (alert.end, alert.muted.as_ref().filter(is_muted)) {
            (AlertEnd::Off, _) => {
                ("off", alert.rule.disabled.as_ref().map(|why| format!("it is switched off: {why}")))
            }
            (_, Some(muted)) => {
                ("muted", Some(format!("its route sends nothing at that hour (`{}`)", muted.by)))
            }
            (end, None) => (end.id(), alert.unresolved.clone()),
        };
        ways.entry((route, ends, because)).or_default().push(Alert {
            name: alert.rule.name.clone(),
            path: alert.span.path.to_string(),
            line: alert.span.at.line,
            is_critical: alert.is_critical,
            runbook: alert.rule.runbook.clone(),
        });
    }
    let mut paths: Vec<Path> = ways
        .into_iter()
        .map(|((route, ends, because), alerts)| Path { alerts, route, ends: ends.to_owned(), because })
        .collect();
    paths.sort_by_key(|path| Reverse(path.alerts.len()));
    paths
}

fn services(inventory: &Inventory, alert: &thing::Alert) -> Vec<String> {
    let receivers = alert.receivers.iter().filter_map(|index| inventory.receivers.get(*index));
    let services = receivers.filter_map(|receiver| inventory.paged_services.get(receiver.service?));
    services.map(|service| format!("service \"{}\" ({})", service.name, service.tool)).collect()
}

type Tied<'a> = (Option<&'a thing::PagedService>, Option<usize>);

/// The services that the paths of these alerts lead to.
fn tied<'a>(inventory: &'a Inventory, alerts: &[&thing::Alert]) -> Vec<Tied<'a>> {
    let receivers = alerts.iter().flat_map(|alert| &alert.receivers);
    let services = receivers.filter_map(|index| inventory.receivers.get(*index)?.service);
    let mut indices: Vec<usize> = services.collect();
    indices.sort_unstable();
    indices.dedup();
    let services = indices.into_iter().filter_map(|index| inventory.paged_services.get(index));
    services.map(|service| (Some(service), service.escalation)).collect()
}

/// The same escalation of several services is shown once, with their names.
fn merged(all: Vec<Escalation>) -> Vec<Escalation> {
    let mut shown: Vec<Escalation> = Vec::new();
    for one in all {
        let same = |known: &&mut Escalation| {
            !known.steps.is_empty()
                && (&known.path, known.line, &known.name) == (&one.path, one.line, &one.name)
        };
        match shown.iter_mut().find(same) {
            Some(known) => {
                known.services.extend(one.services);
                known.services.sort();
                known.services.dedup();
            }
            None => shown.push(one),
        }
    }
    shown
}

fn escalation(
    inventory: &Inventory,
    service: Option<&thing::PagedService>,
    index: Option<usize>,
    at: Option<u16>,
) -> Escalation {
    let known = index.and_then(|index| inventory.escalations.get(index));
    let span = known.map(|known| &known.span).or(service.map(|service| &service.span));
    let because = match known {
        Some(known) => known.unread.clone(),
        None => service.and_then(|service| service.unread.clone()),
    };
    let named = known.map(|known| (&known.name, &known.tool)).or(service.map(|s| (&s.name, &s.tool)));
    Escalation {
        services: service.map(|service| service.name.clone()).into_iter().collect(),
        name: named.map(|(name, _)| name.clone()).unwrap_or_default(),
        tool: named.map(|(_, tool)| tool.clone()).unwrap_or_default(),
        path: span.map(|span| span.path.to_string()).unwrap_or_default(),
        line: span.map_or(0, |span| span.at.line),
        steps: known.map(|known| steps(inventory, known, at)).unwrap_or_default(),
        because,
    }
}

fn steps(inventory: &Inventory, known: &thing::Escalation, at: Option<u16>) -> Vec<Step> {
    let mut after = Some(0_u32);
    let mut steps = Vec::new();
    for step in &known.steps {
        let calls = step.targets.iter().map(|target| call(inventory, target, at)).collect();
        steps.push(Step { after_seconds: after, calls });
        after = after.and_then(|sum| sum.checked_add(step.wait_seconds?));
    }
    steps
}

fn call(inventory: &Inventory, target: &Target, at: Option<u16>) -> Call {
    let plain = |kind: &str, name: &str| Call {
        kind: kind.to_owned(),
        name: name.to_owned(),
        people: None,
        on_call: None,
        zone: None,
        because: None,
    };
    let rota = match target {
        Target::Person(name) => return plain("person", name),
        Target::Team(name) => return plain("team", name),
        Target::Elsewhere(name) => return plain("elsewhere", name),
        Target::Rota(index) => inventory.rotas.get(*index),
    };
    let Some(rota) = rota else { return plain("schedule", "") };
    let on_call = at.and_then(|minute| on_call(rota, minute));
    let is_blind = at.is_some() && on_call.is_none() && rota.unread.is_none();
    Call {
        people: rota.unread.is_none().then(|| names(rota.shifts.iter())),
        on_call,
        zone: rota.zone.clone(),
        because: rota.unread.clone().or(is_blind.then(|| "its hours are set elsewhere".to_owned())),
        ..plain("schedule", &rota.name)
    }
}

/// The people of these shifts, sorted.
fn names<'a>(shifts: impl Iterator<Item = &'a Shift>) -> Vec<String> {
    let mut all: Vec<String> = shifts.flat_map(|shift| shift.people.iter().cloned()).collect();
    all.sort();
    all.dedup();
    all
}

/// Who may be on call at a minute of the week; `None` when that cannot be read.
fn on_call(rota: &Rota, minute: u16) -> Option<Vec<String>> {
    let is_read = rota.unread.is_none() && rota.shifts.iter().all(|shift| shift.hours.is_some());
    let covers =
        |shift: &&Shift| shift.hours.iter().flatten().any(|(from, to)| (*from..*to).contains(&minute));
    is_read.then(|| names(rota.shifts.iter().filter(covers)))
}
