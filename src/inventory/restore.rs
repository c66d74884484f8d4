//! Ways to bring data back, and how far each was ever exercised.

use super::Material;
use crate::model::Grade;
use crate::model::fact::System;
use crate::model::thing::{Datastore, Restore};

/// Every way back, sorted by place; raises the restore grade of the stores each belongs to.
pub(super) fn take(material: &Material<'_>, stores: &mut [Datastore]) -> Vec<Restore> {
    let mut restores = testing_plans(material, stores);
    restores.sort_by(|a, b| a.span.cmp(&b.span));
    restores
}

/// AWS Backup restore testing: restores on a schedule, by type of resource.
fn testing_plans(material: &Material<'_>, stores: &mut [Datastore]) -> Vec<Restore> {
    let plans: Vec<_> = material.resources_of(System::Terraform, "aws_backup_restore_testing_plan").collect();
    if plans.is_empty() {
        return Vec::new();
    }
    let selections = material.resources_of(System::Terraform, "aws_backup_restore_testing_selection");
    let types: Vec<String> = selections
        .filter_map(|(_, selection)| selection.body.text_at("protected_resource_type"))
        .map(str::to_ascii_lowercase)
        .collect();
    for store in stores.iter_mut().filter(|store| store.address.starts_with("aws_")) {
        let kind = match store.address.split('.').next().unwrap_or_default() {
            "aws_db_instance" => "rds",
            "aws_rds_cluster" => "aurora",
            "aws_dynamodb_table" => "dynamodb",
            "aws_efs_file_system" => "efs",
            "aws_ebs_volume" => "ebs",
            "aws_s3_bucket" => "s3",
            _ => continue,
        };
        if types.is_empty() || types.iter().any(|known| known == kind) {
            store.restore_grade = store.restore_grade.max(Grade::Exercised);
        }
    }
    plans
        .into_iter()
        .map(|(span, plan)| Restore {
            span,
            tool: "aws_backup_restore_testing_plan".to_owned(),
            grade: Grade::Exercised,
            exercised_on: None,
            shows: format!("AWS Backup restores a copy on a schedule ({})", plan.name),
            is_orphan: false,
        })
        .collect()
}
