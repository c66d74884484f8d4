//! Where the path of an alert ends, and why it cannot be followed further.

use crate::model::thing::{Alert, AlertEnd, Receiver, ReceiverKind};

/// Says where the path ends; an end outside of the repository gets its reason.
pub(super) fn settle(alert: &mut Alert, all: &[Receiver]) {
    let receivers: Vec<&Receiver> = alert.receivers.iter().filter_map(|index| all.get(*index)).collect();
    alert.end = end(alert, &receivers);
    if alert.end == AlertEnd::Open && alert.unresolved.is_none() {
        alert.unresolved = Some(reason(&receivers));
    }
}

fn end(alert: &Alert, receivers: &[&Receiver]) -> AlertEnd {
    let has = |kinds: &[ReceiverKind]| receivers.iter().any(|receiver| kinds.contains(&receiver.kind));
    if alert.rule.disabled.is_some() {
        AlertEnd::Off
    } else if alert.unresolved.is_some() {
        AlertEnd::Open
    } else if receivers.iter().any(|r| r.kind == ReceiverKind::Pages && r.broken.is_none()) {
        AlertEnd::Paged
    } else if has(&[ReceiverKind::Pages, ReceiverKind::Webhook, ReceiverKind::Unknown]) {
        AlertEnd::Open
    } else if has(&[ReceiverKind::Chat, ReceiverKind::Mail]) {
        AlertEnd::Quiet
    } else {
        AlertEnd::Lost
    }
}

fn reason(receivers: &[&Receiver]) -> String {
    let open = [ReceiverKind::Webhook, ReceiverKind::Unknown, ReceiverKind::Pages];
    match receivers.iter().find(|receiver| open.contains(&receiver.kind)) {
        Some(r) if r.broken.is_some() => {
            format!("receiver `{}` still has a placeholder for its address", r.name)
        }
        Some(r) => {
            let tool = if r.tool == "webhook" { "a webhook" } else { r.tool.as_str() };
            format!("receiver `{}` calls {tool}, and who stands behind it is not in this repository", r.name)
        }
        None => "its receiver is not in this repository".to_owned(),
    }
}
