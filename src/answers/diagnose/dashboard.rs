//! Links to dashboards that are not among those kept here.
//!
//! Only where the dashboards of that Grafana are kept here: at least a few are, and another link to the
//! same host leads to one of them. Dashboards that a program writes have ids that no file shows.

use std::collections::{BTreeMap, BTreeSet};

use super::{Gap, Sheet, World};
use crate::model::Span;
use crate::model::fact::SignalKind;

/// Fewer dashboards are an exception, not the place where they are kept.
const LEAST_KEPT: usize = 3;

/// One gap per dashboard that a link leads to and that is not here.
pub(super) fn tell(world: &World<'_>, sheet: &mut Sheet) {
    let all = &world.inventory.dashboards;
    let kept: BTreeSet<&str> =
        all.iter().filter(|(_, d)| d.linked_on.is_none()).map(|(_, d)| d.id.as_str()).collect();
    let dashboards = world.inventory.signals.iter().filter(|s| s.signal.kind == SignalKind::Dashboard);
    let is_written = |extension: &str| matches!(extension, "jsonnet" | "libsonnet" | "py" | "ts" | "tf");
    let (written, files): (Vec<_>, Vec<_>) = dashboards.partition(|s| is_written(s.span.path.extension()));
    if files.len() < LEAST_KEPT || !written.is_empty() {
        return;
    }
    let linked = all.iter().filter_map(|(span, d)| Some((span, d.id.as_str(), d.linked_on.as_deref()?)));
    let linked: Vec<(&Span, &str, &str)> = linked.collect();
    let hosts: BTreeSet<&str> =
        linked.iter().filter(|(_, id, _)| kept.contains(id)).map(|(.., host)| *host).collect();
    let mut dangling: BTreeMap<&str, Vec<&Span>> = BTreeMap::new();
    for (span, id, host) in linked {
        let is_record = world.inventory.incidents.iter().any(|incident| incident.span.path == span.path);
        if hosts.contains(host) && !kept.contains(id) && !is_record {
            dangling.entry(id).or_default().push(span);
        }
    }
    for (id, places) in dangling {
        let Some((first, rest)) = places.split_first() else { continue };
        let message = format!(
            "The dashboard {id} that is linked here is not among the {} kept in this repository.",
            files.len()
        );
        let mut gap = Gap::new("dangling-dashboard-link", id, message).on(first);
        for other in rest.iter().take(2) {
            gap = gap.related(other, "the same link");
        }
        sheet.gap(world, gap);
    }
}
