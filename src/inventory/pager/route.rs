//! The route tree of Alertmanager, and where an alert with given labels goes.
//!
//! Labels that a rule does not set may still come from its metric, so a match can be certain,
//! impossible, or open. An open match is followed both ways and marked as such.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

use crate::model::At;
use crate::model::tree::Node;

/// Deeper trees are machine-made.
const MAX_DEPTH: usize = 40;
/// Compiled size of one matcher.
const REGEX_BYTES: usize = 1 << 16;

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holds {
    No,
    Open,
    Yes,
}

#[derive(Clone, Debug)]
enum Test {
    Equal(String),
    Not(String),
    Like(Option<Regex>),
    Unlike(Option<Regex>),
}

#[derive(Clone, Debug)]
struct Matcher {
    label: String,
    test: Test,
}

/// One route with those below it.
#[derive(Clone, Debug)]
pub(super) struct Route {
    /// Its place.
    pub at: At,
    /// The receiver it names; `None` inherits, or is templated.
    pub receiver: Option<String>,
    matchers: Option<Vec<Matcher>>,
    goes_on: bool,
    mutes: Vec<String>,
    actives: Vec<String>,
    /// Routes below.
    pub routes: Vec<Route>,
}

/// A receiver that an alert reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stop {
    /// The receiver's name; `None` when no route on the way names one that can be read.
    pub receiver: Option<String>,
    /// The route.
    pub at: At,
    /// Whether it is reached whatever the metric's own labels are.
    pub is_certain: bool,
    /// The label that decides, when not certain.
    pub depends_on: Option<String>,
    /// Intervals in which the route sends nothing. They are the route's own and not inherited.
    pub mutes: Vec<String>,
    /// Intervals outside of which it sends nothing.
    pub actives: Vec<String>,
}

impl Route {
    /// Reads a `route:` mapping, also in the spelling of `AlertmanagerConfig`.
    pub(super) fn read(node: &Node) -> Self {
        Self::read_at(node, 0)
    }

    fn read_at(node: &Node, depth: usize) -> Self {
        let below = if depth < MAX_DEPTH { node.get("routes").map(Node::items) } else { None };
        Self {
            at: node.at,
            receiver: node.text_at("receiver").map(str::to_owned).filter(|name| !name.is_empty()),
            matchers: matchers(node),
            goes_on: node.get("continue").and_then(Node::as_bool).unwrap_or(false),
            mutes: texts(node, &["mute_time_intervals", "muteTimeIntervals"]),
            actives: texts(node, &["active_time_intervals", "activeTimeIntervals"]),
            routes: below.unwrap_or_default().iter().map(|r| Self::read_at(r, depth + 1)).collect(),
        }
    }

    /// Every receiver name in the tree with its place, in order.
    pub(super) fn names(&self) -> Vec<(String, At)> {
        let own = self.receiver.iter().map(|name| (name.clone(), self.at));
        own.chain(self.routes.iter().flat_map(Self::names)).collect()
    }

    /// Where an alert goes. The root takes every alert.
    pub(super) fn stops(&self, labels: &[(String, Option<String>)]) -> Vec<Stop> {
        let mut stops = Vec::new();
        self.follow(labels, None, None, &mut stops);
        stops.sort();
        stops.dedup_by(|a, b| a.receiver == b.receiver && a.at == b.at);
        stops
    }

    fn follow(
        &self,
        labels: &[(String, Option<String>)],
        inherited: Option<&str>,
        open: Option<&str>,
        stops: &mut Vec<Stop>,
    ) {
        let receiver = self.receiver.as_deref().or(inherited);
        let mut open = open.map(str::to_owned);
        // What leaves open whether the alert falls back to this route.
        let mut fallback = open.clone();
        let mut is_taken = false;
        for route in &self.routes {
            let (holds, label) = route.holds(labels);
            if holds == Holds::No {
                continue;
            }
            let below = if holds == Holds::Open { label.clone() } else { open.clone() };
            route.follow(labels, receiver, below.as_deref(), stops);
            match (holds, route.goes_on) {
                (Holds::Yes, false) => return,
                (Holds::Yes, true) => {
                    // Certain only if nothing before could have stopped the alert.
                    if open.is_none() {
                        is_taken = true;
                    }
                }
                (_, goes_on) => {
                    fallback = fallback.or_else(|| label.clone());
                    if !goes_on {
                        open = open.or(label);
                    }
                }
            }
        }
        if !is_taken {
            let depends_on = fallback.or(open);
            stops.push(Stop {
                receiver: receiver.map(str::to_owned),
                at: self.at,
                is_certain: depends_on.is_none(),
                depends_on,
                mutes: self.mutes.clone(),
                actives: self.actives.clone(),
            });
        }
    }

    /// Whether the route takes an alert, and the label that leaves it open.
    fn holds(&self, labels: &[(String, Option<String>)]) -> (Holds, Option<String>) {
        let Some(matchers) = &self.matchers else { return (Holds::Open, Some("a template".to_owned())) };
        let mut all = (Holds::Yes, None);
        for matcher in matchers {
            let one = matcher.holds(labels);
            if one < all.0 {
                all = (one, Some(matcher.label.clone()));
            }
        }
        all
    }
}

impl Matcher {
    fn holds(&self, labels: &[(String, Option<String>)]) -> Holds {
        let stated = labels.iter().find(|(key, _)| *key == self.label);
        let value = match stated {
            Some((_, Some(value))) => value.as_str(),
            Some((_, None)) => return Holds::Open,
            // Rules set their own name and severity; every other label may come from the metric.
            None if self.label == "severity" => "",
            None => return Holds::Open,
        };
        let holds = match &self.test {
            Test::Equal(text) => value == text,
            Test::Not(text) => value != text,
            Test::Like(Some(regex)) => regex.is_match(value),
            Test::Unlike(Some(regex)) => !regex.is_match(value),
            Test::Like(None) | Test::Unlike(None) => return Holds::Open,
        };
        if holds { Holds::Yes } else { Holds::No }
    }
}

fn texts(node: &Node, keys: &[&str]) -> Vec<String> {
    let lists = keys.iter().filter_map(|key| node.get(key));
    lists.flat_map(Node::items).filter_map(Node::text).map(str::to_owned).collect()
}

/// `None` when a matcher is templated.
fn matchers(node: &Node) -> Option<Vec<Matcher>> {
    let mut found = Vec::new();
    for (key, is_regex) in [("match", false), ("match_re", true)] {
        for entry in node.get(key).map(Node::entries).unwrap_or_default() {
            let value = entry.node.text()?;
            let test = if is_regex { Test::Like(whole(value)) } else { Test::Equal(value.to_owned()) };
            found.push(Matcher { label: entry.key.clone(), test });
        }
    }
    for item in node.get("object_matchers").map(Node::items).unwrap_or_default() {
        let [label, operator, value] = item.items() else { return None };
        let (label, operator) = (label.text()?, operator.text()?);
        found.extend(written(&format!("{label}{operator}\"{}\"", value.text()?)));
    }
    let Some(list) = node.get("matchers") else { return Some(found) };
    if let Some(text) = list.text() {
        found.extend(written(text));
    }
    for item in list.items() {
        if let Some(text) = item.text() {
            found.extend(written(text));
        } else if let Some(name) = item.text_at("name") {
            found.push(custom(name, item)?);
        } else {
            return None;
        }
    }
    Some(found)
}

/// A matcher of `AlertmanagerConfig`: `{name, value, matchType, regex}`.
fn custom(name: &str, item: &Node) -> Option<Matcher> {
    let value = item.get("value").map_or(Some(""), Node::text)?;
    let is_old_regex = item.get("regex").and_then(Node::as_bool) == Some(true);
    let test = match item.text_at("matchType") {
        Some("!=") => Test::Not(value.to_owned()),
        Some("=~") => Test::Like(whole(value)),
        Some("!~") => Test::Unlike(whole(value)),
        _ if is_old_regex => Test::Like(whole(value)),
        _ => Test::Equal(value.to_owned()),
    };
    Some(Matcher { label: name.to_owned(), test })
}

/// The matchers of one text: `severity="critical"`, `team=~a|b`, several with commas.
fn written(text: &str) -> Vec<Matcher> {
    static MATCHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?x)
            "? ([A-Za-z_][A-Za-z0-9_]*) "?      # label, quoted in the newer spelling
            \s* (=~|!~|!=|=) \s*                # operator
            (?: "((?:[^"\\]|\\.)*)" | ([^,"{}]*) )  # value
            "#,
        )
        .ok()
    });
    let Some(matcher) = MATCHER.as_ref() else { return Vec::new() };
    let one = |found: regex::Captures<'_>| {
        let value = found.get(3).or(found.get(4)).map_or("", |m| m.as_str()).trim();
        let test = match found.get(2).map_or("", |m| m.as_str()) {
            "=~" => Test::Like(whole(value)),
            "!~" => Test::Unlike(whole(value)),
            "!=" => Test::Not(value.to_owned()),
            _ => Test::Equal(value.to_owned()),
        };
        Matcher { label: found.get(1).map_or("", |m| m.as_str()).to_owned(), test }
    };
    matcher.captures_iter(text).map(one).collect()
}

/// Matchers are anchored at both ends.
fn whole(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(REGEX_BYTES).build().ok()
}

#[cfg(test)]
mod tests {
    use super::Route;
    use crate::parse::yaml;

    const TREE: &str = "
receiver: default
routes:
- receiver: silence
  match: {alertname: Noise}
- receiver: tickets
  matchers: [severity=~\"info|warning\"]
  continue: true
- receiver: pager
  matchers: ['severity = \"critical\"', team!=data]
- receiver: data
  match: {team: data}
";

    #[track_caller]
    fn check(labels: &[(&str, &str)], expected: &[&str]) {
        let route = Route::read(&yaml::parse(TREE).value[0]);
        let labels: Vec<_> = labels.iter().map(|(k, v)| ((*k).to_owned(), Some((*v).to_owned()))).collect();
        let mut stops: Vec<String> = route
            .stops(&labels)
            .into_iter()
            .map(|s| format!("{}{}", s.receiver.unwrap_or_default(), if s.is_certain { "" } else { "?" }))
            .collect();
        stops.sort();
        assert_eq!(stops, expected);
    }

    #[test]
    fn follows_certain_and_open_matches() {
        check(&[("alertname", "Noise"), ("severity", "critical"), ("team", "x")], &["silence"]);
        check(&[("alertname", "A"), ("severity", "critical"), ("team", "x")], &["pager"]);
        check(&[("alertname", "A"), ("severity", "critical"), ("team", "data")], &["data"]);
        check(&[("alertname", "A"), ("severity", "warning"), ("team", "x")], &["tickets"]);
        check(&[("alertname", "A"), ("severity", "page"), ("team", "x")], &["default"]);
        // The team may come from the metric.
        check(&[("alertname", "A"), ("severity", "critical")], &["data?", "default?", "pager?"]);
    }

    #[test]
    fn a_route_without_receiver_inherits() {
        let text =
            "receiver: a\nroutes:\n- match: {x: '1'}\n  routes:\n  - receiver: b\n    match: {y: '2'}\n";
        let route = Route::read(&yaml::parse(text).value[0]);
        let labels = [("x".to_owned(), Some("1".to_owned())), ("y".to_owned(), Some("3".to_owned()))];
        let stops = route.stops(&labels);
        assert_eq!(stops.len(), 1);
        assert_eq!(stops[0].receiver.as_deref(), Some("a"));
        assert!(stops[0].is_certain);
    }

    #[test]
    fn templated_matchers_stay_open() {
        let text = "receiver: a\nroutes:\n- receiver: b\n  match: {severity: {{ .x }}}\n";
        let route = Route::read(&yaml::parse(text).value[0]);
        let stops = route.stops(&[("severity".to_owned(), Some("critical".to_owned()))]);
        assert_eq!(stops.len(), 2);
        assert!(stops.iter().all(|stop| !stop.is_certain));
    }
}
