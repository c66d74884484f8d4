//! Commands that take a store of data and may meet production: by the names of their folders they are
//! not for development, staging or tests.

use super::{Material, by_place};
use crate::model::fact::Destruction;
use crate::model::thing::Environment;
use crate::model::{FactKind, Span};
use crate::text::environment;

/// In order of place.
pub(super) fn take(material: &Material<'_>) -> Vec<(Span, Destruction)> {
    let found = material.of(|kind| if let FactKind::Destruction(d) = kind { Some(&**d) } else { None });
    let near =
        |span: &Span| matches!(environment(&span.path, &[]), Environment::Production | Environment::Unstated);
    by_place(
        found.filter(|(span, _)| near(span)).map(|(span, d)| (span, d.clone())).collect(),
        |(span, _)| span,
    )
}
