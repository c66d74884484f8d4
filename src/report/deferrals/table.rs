//! Deferrals as comma-separated values: one row each, for a spreadsheet or a tracker.

use super::DeferralList;
use crate::report::escape::Cell;
use crate::report::inventory::Deferral;

/// Names of the columns.
const HEAD: [&str; 18] = [
    "path",
    "line",
    "tier",
    "carrier",
    "mechanism",
    "stands_in",
    "symbol",
    "age_days",
    "overdue",
    "confirmed",
    "proof",
    "owners",
    "references",
    "weight",
    "ranked",
    "cue",
    "because",
    "text",
];

/// Renders the list with a head, RFC 4180.
pub fn render(list: &DeferralList) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(HEAD)?;
    for deferral in &list.deferrals {
        writer.write_record(row(deferral).map(|cell| Cell::of(&cell).to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn row(deferral: &Deferral) -> [String; 18] {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let weights = |all: &[crate::report::inventory::Weight]| {
        all.iter().map(|weight| format!("{} {:+}", weight.what, weight.points)).collect::<Vec<_>>().join("; ")
    };
    [
        deferral.path.clone(),
        deferral.line.to_string(),
        deferral.tier.word().to_owned(),
        deferral.carrier.word().to_owned(),
        or_empty(&deferral.mechanism),
        or_empty(&deferral.stands_in),
        or_empty(&deferral.symbol),
        deferral.age_days.map(|days| days.to_string()).unwrap_or_default(),
        deferral.overdue.as_ref().map(|overdue| overdue.because.clone()).unwrap_or_default(),
        deferral.confirmed.map(|is| is.to_string()).unwrap_or_default(),
        deferral
            .proof
            .as_ref()
            .map(|proof| format!("line {}: {}", proof.line, proof.what))
            .unwrap_or_default(),
        deferral.owners.join(" "),
        deferral.references.join(" "),
        deferral.weight.to_string(),
        weights(&deferral.ranked),
        deferral.cue.clone(),
        weights(&deferral.because),
        deferral.text.clone(),
    ]
}
