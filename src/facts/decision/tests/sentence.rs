//! Sentences that put something off, take a risk or assume: near misses first.

use super::read;

#[track_caller]
fn check_deferral(heading: &str, sentence: &str, expected: bool) {
    let text = format!("# A\n\n## Status\n\nAccepted\n\n## {heading}\n\n{sentence}\n");
    let found = read("docs/adr/1-a.md", &text).unwrap().deferrals;
    assert_eq!(!found.is_empty(), expected, "{heading}: {sentence}: {found:?}");
}

#[test]
fn words_of_time_that_put_nothing_off() {
    check_deferral("Decision", "Temporary credentials are safer than long-lived ones.", false);
    check_deferral("Decision", "Populate the database temporary table with what is billed.", false);
    check_deferral("Consequences", "Temporarily, more storage will be used while both exist.", false);
    check_deferral("Consequences", "Tests reflect the environments they will eventually create.", false);
    check_deferral("Decision", "Eventually we decided to introduce the agent.", false);
    check_deferral("Consequences", "Reads are delivered eventually (not real-time).", false);
    check_deferral("Decision", "The finer details are out of scope for this ADR.", false);
    check_deferral(
        "Consequences",
        "We will not consider that to be technical debt, as long as it is maintained.",
        false,
    );
    check_deferral("Decision", "Go to step 1 until we have migrated all data.", false);
    check_deferral("Decision", "Workers poll the operation until the service is created.", false);
    check_deferral("Context", "We should revisit the decision from ADR443.", false);
    check_deferral("Context", "The main reason to re-evaluate search is cost.", false);
    check_deferral("Decision", "Do not add it without revisiting this decision.", false);
    check_deferral("Consequences", "Making the change sooner rather than later means less work.", false);
    check_deferral("Consequences", "This reduces risk in the event of a defect.", false);
    check_deferral("Consequences", "A request that takes over 3 days is not acceptable.", false);
    check_deferral("Consequences", "They do not support this logic and will not in the short term.", false);
    check_deferral("Context", "We have not yet developed a streamlined approach.", false);
    check_deferral("Considered Options", "For now we could use a file.", false);
    check_deferral("Consequences", "Backups are deleted after 6 months.", false);
    check_deferral("Decision", "> For now this would be simple.", false);
    check_deferral("Decision", "We will add a row to the ledger when an order is paid.", false);
    check_deferral("Consequences", "Users revisit the page when it has more news.", false);
    check_deferral("Decision", "A pod that is not yet deployed is left alone.", false);
    check_deferral("Decision", "The script regenerates the todo file.", false);
    check_deferral("Decision", "You still may wish to use the old model.", false);
    check_deferral("Consequences", "We can detect if a polyfill is needed.", false);
    check_deferral("Decision", "The checks we apply once we have a complete configuration are many.", false);
    check_deferral("Decision", "`TODO` is a label.\n\n```\n# TODO\n```", false);
}

#[test]
fn sentences_that_put_off_or_accept() {
    check_deferral("Decision", "We will stick with one node for now.", true);
    check_deferral("Decision", "We will add pagination when the catalog grows.", true);
    check_deferral("Consequences", "Revisit when there are more than 1,000 products.", true);
    check_deferral("Consequences", "We should review this decision after 6 months.", true);
    check_deferral("Consequences", "This architecture is temporary.", true);
    check_deferral("Consequences", "We will need to shut down the old cluster as soon as it is empty.", true);
    check_deferral(
        "Consequences",
        "This may eventually cause performance issues that we'll have to look at in future.",
        true,
    );
    check_deferral("Consequences", "We accept that we could fall outside of the free tier.", true);
    check_deferral("Consequences", "It is moved until after the 10/1/2022 launch.", true);
    check_deferral("Consequences", "4. WIP", true);
    check_deferral("Consequences", "We will remove the old proxy once the move is done.", true);
    check_deferral("Consequences", "As an interim measure the old proxy stays.", true);
}

#[test]
fn a_rejected_decision_puts_nothing_off() {
    let text = "# A\n\n## Status\n\nRejected\n\n## Decision\n\nWe use a file for now.\n";
    assert!(read("docs/adr/1-a.md", text).unwrap().deferrals.is_empty());
}

#[test]
fn a_deferral_says_when_it_falls_due() {
    #[track_caller]
    fn check(sentence: &str, expected: Option<&str>) {
        let text = format!("# A\n\n## Status\n\nAccepted\n\n## Consequences\n\n{sentence}\n");
        let record = read("docs/adr/1-a.md", &text).unwrap();
        assert_eq!(record.deferrals[0].due.as_deref(), expected, "{sentence}");
        assert_eq!(record.deferrals[0].at.line, 9);
    }
    check("We stay on one node for now.", None);
    check("We should review this decision after 6 months.", Some("after 6 months"));
    check("For now we wait until 2027-01-31.", Some("2027-01-31"));
    check("It is moved until after the 10/1/2022 launch.", Some("until after the 10/1/2022 launch"));
    check("We will remove it once the move is done, for now.", Some("once the move is done"));
}

#[track_caller]
fn check_taken(heading: &str, sentence: &str, risks: &[&str], figures: &[&str]) {
    let text = format!("# A\n\n## Status\n\nAccepted\n\n## {heading}\n\n{sentence}\n");
    let record = read("docs/adr/1-a.md", &text).unwrap();
    let kinds: Vec<&str> = record.risks.iter().map(|risk| risk.kind.as_str()).collect();
    let found: Vec<&str> = record.assumptions.iter().map(|a| a.figure.as_deref().unwrap_or("")).collect();
    assert_eq!((kinds.as_slice(), found.as_slice()), (risks, figures), "{heading}: {sentence}");
}

#[test]
fn words_of_risk_and_figures_that_take_nothing() {
    check_taken("Consequences", "This reduces risk in the event of a defect.", &[], &[]);
    check_taken("Context", "We accept the risk of a lost order.", &[], &[]);
    check_taken("Negative Consequences", "None.", &[], &[]);
    check_taken("Decision", "The API supports up to 100 requests per second.", &[], &[]);
    check_taken("Decision", "We assume that the team knows Ruby.", &[], &[]);
    check_taken("Considered Options", "We expect up to 100 users.", &[], &[]);
    check_taken("Decision", "We picked version 3 of the 2 libraries.", &[], &[]);
}

#[test]
fn risks_and_assumptions_that_are_taken() {
    check_taken("Decision", "We accept the risk of a lost order.", &["accepted-risk"], &[]);
    check_taken("Negative Consequences", "- Backups take twice as long.", &["negative-consequence"], &[]);
    check_taken("Decision", "We expect fewer than 100 users.", &[], &["fewer than 100 users"]);
    check_taken("Decision", "The table will hold up to 10k rows.", &[], &["up to 10k rows"]);
    check_taken("Assumptions", "- The provider stays up at night.", &[], &[""]);
}
