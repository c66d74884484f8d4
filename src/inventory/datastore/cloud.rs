//! Stores declared in Terraform: resources, and calls of public modules that stand for them.
//!
//! A resource is looked at once per use of its module; the look that is closest to production
//! decides, and among equals the worst one.

use super::catalog::{self, BackupKey, PublicModule, Switch, TerraformKind, catalog};
use super::companion::{Companions, Subject, mentions};
use super::key::{Key, key};
use super::naming::{RETIRED, condition, kind, settle};
use super::outside::{calls, decided_elsewhere};
use super::weigh::weighs;
use crate::inventory::Material;
use crate::inventory::terraform::{Presence, Scope, Terraform};
use crate::model::fact::{Resource, System};
use crate::model::thing::{Backup, Datastore, Environment, Loss};
use crate::model::tree::Node;
use crate::model::{Grade, Span};
use crate::text::environment;

/// A block that is a store: a resource, or a call of a public module.
struct Block<'a> {
    span: Span,
    address: String,
    label: &'a str,
    body: &'a Node,
    kind: &'static TerraformKind,
    module: Option<&'static PublicModule>,
}

/// One use of a block.
struct Look {
    presence: Presence,
    environment: Environment,
    name: Option<String>,
    engine: Option<String>,
    backups: Vec<Backup>,
    unknown: Option<String>,
    switches: Vec<(String, Span, bool)>,
    places: Vec<Span>,
    is_copy: bool,
}

impl Look {
    /// Lower is worse: nothing, the opposite, unknown, backed up.
    fn rank(&self) -> u8 {
        let is_backed = self.backups.iter().any(|backup| backup.contradicted.is_none());
        match (is_backed, &self.unknown, self.backups.is_empty()) {
            (true, ..) => 3,
            (false, Some(_), _) => 2,
            (false, None, false) => 1,
            (false, None, true) => 0,
        }
    }
}

/// Every store declared in Terraform, with what the provider and its companions back up.
pub(super) fn stores(material: &Material<'_>) -> Vec<Datastore> {
    let terraform = Terraform::read(material);
    let companions = Companions::read(material);
    let mut stores: Vec<Datastore> = material
        .resources()
        .filter(|(_, resource)| resource.system == System::Terraform)
        .filter_map(|(span, resource)| {
            let outside = catalog().module.iter().find(|module| calls(resource, module));
            match outside.filter(|module| module.is_a.is_none()) {
                Some(module) => decided_elsewhere(&terraform, span, resource, module),
                None => {
                    let block = block(span, resource, outside)?;
                    is_filled(material, &block).then(|| store(&terraform, &companions, block))?
                }
            }
        })
        .collect();
    companions.note_leftovers(&mut stores);
    stores
}

/// Whether something here says what an account is for: an account of Azure may hold blobs, or only
/// shares, queues and tables.
fn is_filled(material: &Material<'_>, block: &Block<'_>) -> bool {
    let Some(held) = &block.kind.holds else { return true };
    let here = |span: &Span| span.path.parent() == block.span.path.parent();
    let mut resources = material.resources().filter(|(_, resource)| resource.kind == *held);
    resources.any(|(span, resource)| here(&span) && mentions(&resource.body, &block.address))
}

fn block<'a>(span: Span, resource: &'a Resource, module: Option<&'static PublicModule>) -> Option<Block<'a>> {
    let kind = module.and_then(|module| module.is_a.as_deref()).unwrap_or(&resource.kind);
    let kind = catalog().terraform.iter().find(|known| known.r#type == kind)?;
    let address = format!("{}.{}", resource.kind, resource.name);
    Some(Block { span, address, label: &resource.name, body: &resource.body, kind, module })
}

fn store<'a>(terraform: &Terraform<'a>, companions: &Companions<'a>, block: Block<'a>) -> Option<Datastore>
where
{
    let folder = block.span.path.clone();
    let mut looks: Vec<Look> = terraform
        .instances_at(&folder)
        .iter()
        .map(|scope| look(terraform, companions, &block, scope))
        .filter(|look| !look.is_copy)
        .collect();
    if looks.is_empty() {
        return None;
    }
    let all = looks.len();
    let is_somewhere = looks.iter().any(|look| look.presence != Presence::Off);
    let is_everywhere = looks.iter().all(|look| look.presence == Presence::On);
    if is_somewhere {
        looks.retain(|look| look.presence != Presence::Off);
    }
    looks.sort_by_key(|look| (look.environment, look.rank()));
    let places = looks.iter().flat_map(|look| look.places.clone());
    let mut also_at: Vec<Span> = places.filter(|place| *place != block.span).collect();
    also_at.sort();
    also_at.dedup();
    let names_differ = looks.iter().any(|look| {
        looks.first().is_some_and(|first| look.environment == first.environment && look.name != first.name)
    });
    let look = looks.into_iter().next()?;
    let retired = block.span.path.components().rev().skip(1).find(|part| RETIRED.contains(part));
    let condition = match (is_everywhere, retired) {
        (_, Some(folder)) => Some(format!("it is in a folder named {folder}")),
        (true, None) => None,
        (false, None) => {
            condition(block.body).or_else(|| Some(format!("in some of {all} uses of its module")))
        }
    };
    // One name out of twenty would stand for all of them.
    let own_name = look.name.clone().filter(|_| !names_differ);
    let name = own_name.clone().unwrap_or_else(|| block.label.to_owned());
    Some(Datastore {
        settle: settle(&block.kind.settle, own_name.as_deref()),
        kind: kind(block.kind.kind.into(), &name, block.label, look.engine.as_deref()),
        name,
        engine: look.engine.clone().unwrap_or_else(|| block.kind.engine.clone()),
        environment: look.environment,
        also_at,
        backups: look.backups,
        restore_grade: Grade::Absent,
        worst_case: Loss::Unknown(String::new()),
        worst_case_because: String::new(),
        switches: look.switches,
        condition,
        is_switched_off: !is_somewhere || retired.is_some(),
        backup_unknown: look.unknown,
        address: block.address,
        span: block.span,
    })
}

fn look<'a>(
    terraform: &Terraform<'a>,
    companions: &Companions<'a>,
    block: &Block<'a>,
    scope: &Scope<'a>,
) -> Look {
    let read = |dotted: &str| {
        let renamed = block.module.and_then(|module| module.keys.get(dotted));
        key(terraform, scope, block.body, renamed.map_or(dotted, String::as_str))
    };
    let text = |dotted: &str| match read(dotted) {
        Key::Known(node) => node.text().filter(|text| !text.is_empty()).map(str::to_owned),
        _ => None,
    };
    let names = block.module.map(|module| module.names.as_slice()).unwrap_or_default();
    let name = names.iter().chain(&block.kind.names).find_map(|name| text(name));
    let engine = block.kind.engine_key.as_deref().and_then(text).map(|name| catalog::engine(&name));
    let is_written = |dotted: &String| !matches!(read(dotted), Key::Missing);
    let engine_text = block.body.text_at("engine").unwrap_or_default();
    let is_copy = block.kind.replica_of.iter().chain(&block.kind.part_of).any(is_written)
        || (engine_text.starts_with("aurora") && block.kind.r#type == "aws_db_instance");
    let calls = scope.calls();
    let tag = ["tags.Environment", "tags.environment", "tags.Env", "labels.environment"];
    let tag = tag.into_iter().find_map(text);
    let var_file = terraform.var_file(scope).map(|path| path.stem().to_owned());
    let said: Vec<&str> = [&name, &tag, &var_file].into_iter().flatten().map(String::as_str).collect();
    let outer = calls.last().map_or(&block.span.path, |(span, _)| &span.path);
    let mut look = Look {
        presence: terraform.presence(scope, block.body),
        environment: environment(outer, &said),
        name,
        engine,
        backups: Vec::new(),
        unknown: None,
        switches: Vec::new(),
        places: calls.into_iter().map(|(span, _)| span).collect(),
        is_copy,
    };
    weigh(&mut look, block, &read);
    let subject = Subject { address: &block.address, kind: block.kind, body: block.body, span: &block.span };
    companions.back_up(terraform, scope, &subject, |backup, unknown| {
        look.backups.extend(backup);
        look.unknown = look.unknown.take().or(unknown);
    });
    if look.backups.iter().any(|backup| backup.contradicted.is_none()) {
        // A key left out says nothing once something else backs the store up.
        look.backups.retain(|backup| backup.contradicted.is_none() || backup.span != block.span);
    }
    if terraform.is_offered(block.span.path.parent()) && look.rank() < 3 {
        look.unknown
            .get_or_insert_with(|| "it is in a module that others call with their own inputs".to_owned());
    }
    look
}

/// What the keys of the block itself say of backups and guards.
fn weigh(look: &mut Look, block: &Block<'_>, read: &dyn Fn(&str) -> Key) {
    for setting in &block.kind.backup {
        let needed = setting.needs.as_deref().map(read);
        judge(look, block, setting, read(&setting.key), needed);
    }
    for switch in &block.kind.switch {
        look.switches.extend(weighed(block, switch, read(&switch.key)));
    }
    let guard = block.body.at_path("lifecycle.prevent_destroy");
    if let Some(guard) = guard.filter(|guard| guard.as_bool() == Some(true)) {
        let span = Span::new(&block.span.path, guard.at);
        look.switches.push(("prevent_destroy = true".to_owned(), span, false));
    }
}

/// What one key says of backups.
fn judge(look: &mut Look, block: &Block<'_>, setting: &BackupKey, value: Key, needed: Option<Key>) {
    let lacks = match needed {
        Some(Key::Known(node)) => node.as_bool() != Some(true),
        Some(_) => true,
        None => false,
    };
    if lacks && !matches!(value, Key::Unknown(_)) {
        return;
    }
    let is_spoken_of = |engine: &String| setting.only.contains(engine);
    if !setting.only.is_empty() && !look.engine.as_ref().is_some_and(is_spoken_of) {
        look.unknown.get_or_insert_with(|| "the provider's page does not say it of this engine".to_owned());
        return;
    }
    // A value from another file keeps the place of the key's own file.
    let own = block.body.at_path(&setting.key).map(|own| Span::new(&block.span.path, own.at));
    match weighs(&block.span, setting, value) {
        Ok(backup) => look.backups.extend(backup.map(|mut backup| {
            backup.span = own.filter(|_| backup.span != block.span).unwrap_or(backup.span);
            backup
        })),
        Err(why) => {
            look.unknown.get_or_insert(why);
        }
    }
}

fn weighed(block: &Block<'_>, switch: &Switch, value: Key) -> Option<(String, Span, bool)> {
    match value {
        Key::Known(node) => {
            let text = node.text()?;
            let own = block.body.at_path(&switch.key).map_or(node.at, |own| own.at);
            let span = Span::new(&block.span.path, own);
            Some((format!("{} = {text}", switch.key), span, text == switch.weak))
        }
        Key::Missing if switch.default == switch.weak && !switch.is_quiet => {
            let said = format!("{} is not set (default {})", switch.key, switch.default);
            Some((said, block.span.clone(), true))
        }
        _ => None,
    }
}
