//! What a receiver does, by the type its configuration names or by the address it calls.

use crate::model::thing::ReceiverKind;
use crate::model::tree::{Node, Value};

/// Alertmanager's and Grafana's receiver types: name, what it does, tool.
const TYPES: &[(&str, ReceiverKind, &str)] = &[
    ("pagerduty", ReceiverKind::Pages, "PagerDuty"),
    ("opsgenie", ReceiverKind::Pages, "Opsgenie"),
    ("victorops", ReceiverKind::Pages, "Splunk On-Call"),
    ("incidentio", ReceiverKind::Pages, "incident.io"),
    ("oncall", ReceiverKind::Pages, "Grafana OnCall"),
    ("pushover", ReceiverKind::Pages, "Pushover"),
    ("sms", ReceiverKind::Pages, "SMS"),
    ("slack", ReceiverKind::Chat, "Slack"),
    ("discord", ReceiverKind::Chat, "Discord"),
    ("msteams", ReceiverKind::Chat, "Microsoft Teams"),
    ("msteamsv2", ReceiverKind::Chat, "Microsoft Teams"),
    ("teams", ReceiverKind::Chat, "Microsoft Teams"),
    ("telegram", ReceiverKind::Chat, "Telegram"),
    ("webex", ReceiverKind::Chat, "Webex"),
    ("wechat", ReceiverKind::Chat, "WeChat"),
    ("googlechat", ReceiverKind::Chat, "Google Chat"),
    ("mattermost", ReceiverKind::Chat, "Mattermost"),
    ("rocketchat", ReceiverKind::Chat, "Rocket.Chat"),
    ("email", ReceiverKind::Mail, "mail"),
    ("webhook", ReceiverKind::Webhook, "webhook"),
    ("jira", ReceiverKind::Webhook, "Jira"),
    ("sns", ReceiverKind::Unknown, "SNS"),
    ("pubsub", ReceiverKind::Unknown, "Pub/Sub"),
];

/// Words in an address or in the name of the variable that holds it.
const WORDS: &[(&str, ReceiverKind, &str)] = &[
    ("pagerduty", ReceiverKind::Pages, "PagerDuty"),
    ("opsgenie", ReceiverKind::Pages, "Opsgenie"),
    ("victorops", ReceiverKind::Pages, "Splunk On-Call"),
    ("incident.io", ReceiverKind::Pages, "incident.io"),
    ("incident_io", ReceiverKind::Pages, "incident.io"),
    ("squadcast", ReceiverKind::Pages, "Squadcast"),
    ("xmatters", ReceiverKind::Pages, "xMatters"),
    ("firehydrant", ReceiverKind::Pages, "FireHydrant"),
    ("rootly", ReceiverKind::Pages, "Rootly"),
    ("zenduty", ReceiverKind::Pages, "Zenduty"),
    ("ilert", ReceiverKind::Pages, "iLert"),
    ("oncall", ReceiverKind::Pages, "an on-call service"),
    ("slack", ReceiverKind::Chat, "Slack"),
    ("discord", ReceiverKind::Chat, "Discord"),
    ("webhook.office.com", ReceiverKind::Chat, "Microsoft Teams"),
    ("msteams", ReceiverKind::Chat, "Microsoft Teams"),
    ("chatbot", ReceiverKind::Chat, "a chat bot"),
    ("chat.googleapis.com", ReceiverKind::Chat, "Google Chat"),
    ("mattermost", ReceiverKind::Chat, "Mattermost"),
    ("telegram", ReceiverKind::Chat, "Telegram"),
];

/// Which kind counts when a receiver does several things.
fn rank(kind: ReceiverKind) -> u8 {
    match kind {
        ReceiverKind::Pages => 6,
        ReceiverKind::Webhook => 5,
        ReceiverKind::Unknown => 4,
        ReceiverKind::Chat => 3,
        ReceiverKind::Mail => 2,
        ReceiverKind::Nowhere => 1,
        ReceiverKind::Undefined => 0,
    }
}

/// The more urgent of two.
pub(super) fn louder<'a>(a: (ReceiverKind, &'a str), b: (ReceiverKind, &'a str)) -> (ReceiverKind, &'a str) {
    if rank(b.0) > rank(a.0) { b } else { a }
}

/// A type by its name (`pagerduty`, `pagerduty_configs`, `pagerdutyConfigs`, `PAGERDUTY_SERVICE_INTEGRATION`).
pub(super) fn by_type(name: &str) -> Option<(ReceiverKind, &'static str)> {
    let lower = name.to_ascii_lowercase();
    let bare = lower.strip_suffix("_configs").or(lower.strip_suffix("configs")).unwrap_or(&lower);
    let bare = bare.trim_end_matches('_');
    let known = TYPES.iter().find(|(known, ..)| *known == bare);
    let prefix =
        || TYPES.iter().find(|(known, ..)| bare.strip_prefix(known).is_some_and(|r| r.starts_with('_')));
    known.or_else(prefix).map(|(_, kind, tool)| (*kind, *tool))
}

/// What an address, or the name of what holds it, gives away.
pub(super) fn by_address(text: &str) -> Option<(ReceiverKind, &'static str)> {
    let lower = text.to_ascii_lowercase();
    WORDS.iter().find(|(word, ..)| lower.contains(word)).map(|(_, kind, tool)| (*kind, *tool))
}

/// What a subscriber of an SNS topic does, by its protocol, its address and the name of its block.
pub(super) fn by_protocol(
    protocol: Option<&str>,
    endpoint: &str,
    name: &str,
) -> (ReceiverKind, &'static str) {
    match protocol {
        Some("email" | "email-json") => (ReceiverKind::Mail, "mail"),
        Some("sms") => (ReceiverKind::Pages, "SMS"),
        Some("http" | "https" | "lambda") => by_address(endpoint)
            .or_else(|| by_address(name))
            .unwrap_or((ReceiverKind::Webhook, "a subscriber of the topic")),
        Some("sqs" | "firehose" | "application") => (ReceiverKind::Webhook, "a subscriber of the topic"),
        _ => (ReceiverKind::Unknown, "SNS"),
    }
}

/// What the `*_configs` of one receiver do together.
pub(super) fn of_receiver(receiver: &Node) -> (ReceiverKind, &'static str) {
    let mut all = (ReceiverKind::Nowhere, "nothing");
    for entry in receiver.entries() {
        let is_list = entry.key.ends_with("_configs") || entry.key.ends_with("Configs");
        if !is_list || entry.node.is_empty() {
            continue;
        }
        let mut one = by_type(&entry.key).unwrap_or((ReceiverKind::Webhook, "an integration"));
        if one.0 == ReceiverKind::Webhook {
            let texts = leaves(&entry.node);
            let name = receiver.text_at("name").and_then(by_address);
            one = texts.iter().find_map(|text| by_address(text)).or(name).unwrap_or(one);
        }
        all = louder(all, one);
    }
    all
}

/// The texts and sources below a node.
fn leaves(node: &Node) -> Vec<&str> {
    let mut found = Vec::new();
    node.walk(&mut |_, below| match &below.value {
        Value::Scalar { text, .. } => found.push(text.as_str()),
        Value::Unknown(source) => found.push(source.as_str()),
        _ => {}
    });
    found
}

/// Keys that hold an address or a key of a receiver.
const SINK_KEYS: &[&str] = &[
    "routing_key",
    "routingkey",
    "service_key",
    "servicekey",
    "integrationkey",
    "api_key",
    "apikey",
    "api_url",
    "apiurl",
    "url",
    "webhook_url",
    "to",
    "addresses",
    "endpoint",
    "email_address",
];

/// Why a receiver cannot work as written: an address that is only an example.
pub(super) fn placeholder(receiver: &Node) -> Option<String> {
    let mut found = None;
    receiver.walk(&mut |keys, node| {
        let key = keys.last().map(|key| key.to_ascii_lowercase()).unwrap_or_default();
        if let Some(text) = node.text().filter(|_| SINK_KEYS.contains(&key.as_str()))
            && is_placeholder(text)
            && found.is_none()
        {
            found = Some(format!("`{key}` is the placeholder `{}`", crate::text::cut(text, 60)));
        }
    });
    found
}

/// Whether a text stands where an address should be. Marks of later substitution (`${X}`, `((x))`,
/// `<path:…>`, `__X__`) are not placeholders: something fills them.
pub(super) fn is_placeholder(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let is_whole =
        matches!(lower.as_str(), "changeme" | "change-me" | "change_me" | "todo" | "tbd" | "dummy" | "xxx")
            || (lower.len() >= 4 && lower.chars().all(|c| c == 'x'))
            || lower.starts_with("your-")
            || lower.starts_with("your_")
            || lower.starts_with("replace-me")
            || lower.starts_with("replace_me")
            || lower.starts_with("replaceme");
    let is_domain =
        ["@example.com", "@example.org", "//example.com", "//example.org", ".example.com", ".example.org"]
            .iter()
            .any(|domain| lower.contains(domain));
    is_whole
        || is_domain
        || lower.contains("hooks.slack.com/services/xxx")
        || lower.contains("/t00000000/b00000000/")
}

#[cfg(test)]
mod tests {
    use super::{by_type, is_placeholder, of_receiver};
    use crate::parse::yaml;

    #[test]
    fn tells_kinds() {
        assert_eq!(by_type("pagerdutyConfigs").unwrap().1, "PagerDuty");
        assert_eq!(by_type("PAGERDUTY_SERVICE_INTEGRATION").unwrap().1, "PagerDuty");
        assert_eq!(by_type("EMAIL").unwrap().1, "mail");
        assert!(by_type("emailer").is_none());
        let kind = |text: &str| of_receiver(&yaml::parse(text).value[0]).0.id();
        assert_eq!(kind("name: a\nslack_configs: [{}]\nemail_configs: [{to: a}]\n"), "chat");
        assert_eq!(kind("name: a\nwebhook_configs: [{url: 'https://events.pagerduty.com/x'}]\n"), "pages");
        assert_eq!(kind("name: a\nwebhook_configs: [{url: 'http://bridge:9000'}]\n"), "webhook");
        assert_eq!(kind("name: telegram-bridge\nwebhook_configs: [{url: 'http://bridge:9000'}]\n"), "chat");
        assert_eq!(kind("name: a\npagerduty_configs: []\n"), "nowhere");
        assert_eq!(kind("name: 'null'\n"), "nowhere");
    }

    #[test]
    fn knows_placeholders_from_substitutions() {
        for text in ["changeme", "oncall@example.com", "https://hooks.slack.com/services/XXX/YYY", "xxxxxx"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["${PD_KEY}", "((key))", "<path:kv#key>", "__KEY__", "oncall@corp.net", "", "xy"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
