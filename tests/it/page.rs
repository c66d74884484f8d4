//! `tonight page`: an alert followed to the person.

use crate::support::{Place, json, stderr, stdout};

#[test]
fn a_critical_alert_is_followed_to_the_person_or_to_the_broken_edge() {
    let place = Place::with(&[
        (
            "alarms.tf",
            "resource \"aws_cloudwatch_metric_alarm\" \"down\" {\n  alarm_name    = \"down-critical\"\n  alarm_actions = [aws_sns_topic.pager.arn]\n}\nresource \"aws_sns_topic\" \"pager\" {}\nresource \"aws_sns_topic_subscription\" \"pager\" {\n  topic_arn = aws_sns_topic.pager.arn\n  protocol  = \"https\"\n  endpoint  = \"https://events.pagerduty.com/integration/${pagerduty_service_integration.shop.integration_key}/enqueue\"\n}\n",
        ),
        (
            "pagerduty.tf",
            "resource \"pagerduty_service_integration\" \"shop\" {\n  service = pagerduty_service.shop.id\n}\nresource \"pagerduty_service\" \"shop\" {\n  name              = \"Shop\"\n  escalation_policy = pagerduty_escalation_policy.shop.id\n}\nresource \"pagerduty_escalation_policy\" \"shop\" {\n  name = \"Shop on call\"\n  rule {\n    escalation_delay_in_minutes = 15\n    target {\n      id = pagerduty_schedule.days.id\n    }\n  }\n  rule {\n    escalation_delay_in_minutes = 15\n    target {\n      id = data.pagerduty_user.lead.id\n    }\n  }\n}\nresource \"pagerduty_schedule\" \"days\" {\n  name      = \"Days\"\n  time_zone = \"Europe/Oslo\"\n  layer {\n    users = [data.pagerduty_user.one.id, data.pagerduty_user.two.id]\n    restriction {\n      type              = \"daily_restriction\"\n      start_time_of_day = \"08:00:00\"\n      duration_seconds  = 43200\n    }\n  }\n}\n",
        ),
        (
            "more.tf",
            "resource \"aws_cloudwatch_metric_alarm\" \"full\" {\n  alarm_name    = \"disk-critical\"\n  alarm_actions = [var.topic]\n}\n",
        ),
    ]);
    let output = place.run(&["page", "--alert", "down-critical", "--at", "Sun 03:00", "--format", "json"]);
    let page = json(&output);
    assert_eq!(page["paths"][0]["ends"], "paged");
    assert_eq!(page["is_tied"], true);
    let steps = &page["escalations"][0]["steps"];
    assert_eq!(steps[0]["calls"][0]["on_call"], serde_json::json!([]));
    assert_eq!((&steps[1]["after_seconds"], &steps[1]["calls"][0]["name"]), (&900.into(), &"lead".into()));
    let by_day = json(&place.run(&["page", "--alert", "down", "--at", "tue 12:00", "--format", "json"]));
    assert_eq!(
        by_day["escalations"][0]["steps"][0]["calls"][0]["on_call"],
        serde_json::json!(["one", "two"])
    );
    let shown = stdout(&place.run(&["page", "--at", "Sun 03:00"]));
    assert!(
        shown.contains("nobody at that hour") && shown.contains("after 15 minutes: user lead"),
        "{shown}"
    );
    assert!(shown.contains("`var.topic`, which is set outside this repository"), "{shown}");
    let wrong = place.run(&["page", "--alert", "dwn-critical"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("did you mean down-critical?"), "{}", stderr(&wrong));
    assert_eq!(place.run(&["page", "--at", "tonight"]).status.code(), Some(2));
}

#[test]
fn alerting_that_is_off_is_tied_to_the_reports_that_ask_for_it() {
    let report = |day: &str, promise: &str| {
        format!(
            "# {day} Shop down\n\n## Timeline\n\n10:00 a user said that the shop was down\n\n## Action items\n\n{promise}\n"
        )
    };
    let first = report("2023-02-03", "- Implement proactive alerts");
    let second = report("2024-05-06", "- [x] Add an alert for the queue");
    let place = Place::with(&[
        ("values.yaml", "prometheus:\n  alertmanager:\n    enabled: false\n"),
        ("docs/incidents/2023-02-03-shop.md", first.as_str()),
        ("docs/incidents/2024-05-06-shop.md", second.as_str()),
    ]);
    let found = json(&place.report(&["--format", "json", "--question", "page"]));
    let findings = found["findings"].as_array().unwrap();
    let off = findings.iter().find(|finding| finding["rule"] == "disabled-alerting").unwrap();
    let own: Vec<&serde_json::Value> =
        off["links"].as_array().unwrap().iter().filter(|link| link["kind"] == "incident").collect();
    assert_eq!(own.len(), 1, "{off:#}");
    assert_eq!(
        (&own[0]["date"], &own[0]["why"][0]["what"]),
        (&"2023-02-03".into(), &"its report asks: “Implement proactive alerts”".into())
    );
}
