//! Calls to other services that wait forever: one gap per service, not per call.

use std::collections::BTreeMap;

use super::dependency::Known;
use super::{Gap, Sheet, World};
use crate::model::fact::{Limit, OutgoingCall};
use crate::model::thing::SubjectKind;
use crate::model::{Severity, Span};

/// Calls of one dependency, by place.
pub(super) type Calls<'w> = Vec<(&'w Span, &'w OutgoingCall)>;

/// Calls by what they call, and after these the calls of which nothing tells whom (`true`), by their file.
pub(super) fn grouped<'w>(world: &World<'w>) -> BTreeMap<(bool, String), Calls<'w>> {
    let mut grouped: BTreeMap<(bool, String), Calls<'w>> = BTreeMap::new();
    for (span, call) in &world.inventory.calls {
        let key = match &call.dependency {
            Some(name) => (false, name.clone()),
            None => (true, span.path.as_str().to_owned()),
        };
        grouped.entry(key).or_default().push((span, call));
    }
    grouped
}

/// One gap per service with a call that waits forever.
pub(super) fn tell(world: &World<'_>, sheet: &mut Sheet) {
    if !matches!(world.inventory.subject, SubjectKind::Service | SubjectKind::Infrastructure) {
        return;
    }
    for ((is_unnamed, name), calls) in grouped(world) {
        let endless: Calls<'_> =
            calls.iter().copied().filter(|(_, call)| call.limit == Limit::Endless).collect();
        let Some((span, call)) = endless.first() else { continue };
        let whom = if is_unnamed { "another service".to_owned() } else { name.clone() };
        let count = match endless.len() {
            1 => format!("A call to {whom} has"),
            n => format!("{n} calls to {whom} have"),
        };
        let message = format!(
            "{count} no timeout: {} waits forever when no answer comes, and holds its worker.",
            call.client
        );
        let mut gap = Gap::new("call-without-timeout", name.clone(), message).on(span);
        if !is_unnamed {
            gap = gap.component(name);
        }
        if let Some((title, place)) = Known::call(call).hung(world) {
            gap = gap.severity(Severity::Medium).related(place, format!("it did not answer once: {title}"));
        }
        for (other, _) in endless.iter().skip(1).take(2) {
            gap = gap.related(other, "another call without a timeout");
        }
        sheet.gap(world, gap);
    }
}
