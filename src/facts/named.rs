//! What the commands of an operational page name: targets of make, workloads of Kubernetes, addresses
//! of Terraform and scripts.
//!
//! Only commands that would run in this repository, as far as the page shows: after a clone of
//! another one, a step to elsewhere or a shell on another machine, nothing more is read. Names to be
//! filled in are left out. Whether a thing exists is for the inventory.

use super::SourceFile;
use super::command::{Met, Piece, pieces, place, walk};
use crate::model::fact::{Mention, MentionKind};

/// Kinds of workloads as kubectl spells them.
const KINDS: &[(&str, &[&str])] = &[
    ("Deployment", &["deployment", "deployments", "deploy", "deployment.apps"]),
    ("StatefulSet", &["statefulset", "statefulsets", "sts", "statefulset.apps"]),
    ("DaemonSet", &["daemonset", "daemonsets", "ds", "daemonset.apps"]),
    ("CronJob", &["cronjob", "cronjobs", "cj"]),
];
/// Verbs of kubectl that need the thing to be there.
const VERBS: &[&str] = &[
    "get",
    "describe",
    "logs",
    "exec",
    "scale",
    "rollout",
    "edit",
    "patch",
    "delete",
    "set",
    "port-forward",
];
/// Words in names that stand for a name.
const STAND_INS: &[&str] = &["example", "xxx", "foo", "bar", "placeholder", "your", "my-", "name"];

/// Everything the commands of a page name, in order of place.
pub(super) fn mentions(file: &SourceFile<'_>) -> Vec<Mention> {
    let mut reader = Reader { folder: String::new(), is_elsewhere: false };
    let mut found = Vec::new();
    for piece in pieces(file) {
        walk(&piece.text, &mut |met| {
            let named = if met.around.is_empty() { reader.read(met) } else { None };
            let Some((kind, what)) = named else { return false };
            let at = place_of(file, &piece, met);
            found.push(Mention { kind, what, at });
            true
        });
    }
    found
}

fn place_of(file: &SourceFile<'_>, piece: &Piece, met: &Met<'_>) -> crate::model::At {
    place(file, piece, &met.range, met.part.program())
}

struct Reader {
    folder: String,
    is_elsewhere: bool,
}

impl Reader {
    fn read(&mut self, met: &Met<'_>) -> Option<(MentionKind, String)> {
        let words: Vec<&str> = met.part.words.iter().map(String::as_str).collect();
        let (program, rest) = words.split_first()?;
        match *program {
            "cd" | "pushd" => self.step(rest.first().copied().unwrap_or_default()),
            "git" if rest.first() == Some(&"clone") => self.is_elsewhere = true,
            "ssh" | "su" => self.is_elsewhere = true,
            "docker" | "kubectl" | "podman" if rest.iter().any(|w| matches!(*w, "-it" | "-ti" | "-i")) => {
                self.is_elsewhere = true;
            }
            _ => {}
        }
        if self.is_elsewhere {
            return None;
        }
        match *program {
            "make" => self.target(rest),
            "kubectl" | "oc" => workload(rest).map(|what| (MentionKind::Workload, what)),
            "terraform" | "tofu" => address(rest).map(|what| (MentionKind::Address, what)),
            "bash" | "sh" | "python" | "python3" | "ruby" => self.script(rest.first()?),
            script => self.script(script),
        }
    }

    fn step(&mut self, folder: &str) {
        let is_plain = is_plain(folder) && !folder.contains("..") && !folder.starts_with(['/', '~', '-']);
        if !is_plain {
            self.is_elsewhere = true;
            return;
        }
        let folder = folder.trim_start_matches("./").trim_matches('/');
        self.folder =
            if self.folder.is_empty() { folder.to_owned() } else { format!("{}/{folder}", self.folder) };
    }

    fn target(&self, words: &[&str]) -> Option<(MentionKind, String)> {
        let is_aside = words.iter().any(|word| word.starts_with('-'));
        let mut plain = words.iter().filter(|word| !word.contains('='));
        let target = plain.next()?;
        // `make sure that it works` is a sentence.
        let is_name = target.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        let is_only = plain.next().is_none() && is_name && !is_aside && !is_stand_in(target);
        is_only.then(|| (MentionKind::Target, format!("{}|{target}", self.folder)))
    }

    fn script(&self, word: &str) -> Option<(MentionKind, String)> {
        let path = super::runbook::path_like(word)?;
        let path = if self.folder.is_empty() { path } else { format!("{}/{path}", self.folder) };
        Some((MentionKind::Path, path))
    }
}

/// `namespace Kind/name` of a command of kubectl that says all three.
fn workload(words: &[&str]) -> Option<String> {
    let verb = words.iter().find(|word| VERBS.contains(word))?;
    let mut namespace = None;
    for (index, word) in words.iter().enumerate() {
        match *word {
            "-n" | "--namespace" => namespace = words.get(index + 1).copied(),
            _ => namespace = word.strip_prefix("--namespace=").or(namespace),
        }
    }
    let namespace = namespace.filter(|name| is_name(name))?;
    let of = |spelled: &str| KINDS.iter().find(|(_, names)| names.contains(&spelled)).map(|(kind, _)| *kind);
    let after = words.iter().position(|word| word == verb)? + 1;
    let words = words.get(after..)?;
    let found = words.iter().enumerate().find_map(|(index, word)| match word.split_once('/') {
        Some((kind, name)) => Some((of(kind)?, name)),
        None => Some((of(word)?, words.get(index + 1).copied()?)),
    });
    let (kind, name) = found?;
    is_name(name).then(|| format!("{namespace} {kind}/{name}"))
}

/// The address that a command of Terraform points at.
fn address(words: &[&str]) -> Option<String> {
    let joined = words.iter().find_map(|word| {
        word.trim_start_matches('-')
            .strip_prefix("target=")
            .or(word.trim_start_matches('-').strip_prefix("replace="))
    });
    let after = |name: &str| {
        words.iter().position(|word| *word == name).and_then(|index| words.get(index + 1).copied())
    };
    let shown =
        after("taint").or_else(|| words.starts_with(&["state", "show"]).then(|| words.get(2).copied())?);
    let address = joined.or_else(|| after("-target")).or_else(|| after("-replace")).or(shown)?;
    let address = address.trim_matches(['"', '\'']);
    let parts: Vec<&str> = address.split('.').collect();
    let [first, second, ..] = parts.as_slice() else { return None };
    let second = second.split('[').next().unwrap_or(second);
    let is_known = (*first == "module" || first.contains('_')) && is_plain(first) && is_plain(second);
    (is_known && !is_stand_in(second)).then(|| format!("{first}.{second}"))
}

fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
}

fn is_name(word: &str) -> bool {
    let fits = word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    fits && !word.is_empty() && !word.starts_with('-') && !is_stand_in(word)
}

fn is_stand_in(word: &str) -> bool {
    STAND_INS.iter().any(|mark| word.to_ascii_lowercase().contains(mark))
}

#[cfg(test)]
mod tests {
    use super::mentions;
    use crate::facts::SourceFile;

    #[track_caller]
    fn check(commands: &str, expected: &[&str]) {
        let text = format!("# Page\n\n```sh\n{commands}\n```\n");
        let path = "docs/runbooks/a.md".into();
        let found: Vec<String> = mentions(&SourceFile::new(&path, text.as_bytes()))
            .iter()
            .map(|mention| format!("{:?} {}", mention.kind, mention.what))
            .collect();
        assert_eq!(found, expected, "{commands}");
    }

    #[test]
    fn what_is_a_sentence_elsewhere_or_to_be_filled_in_names_nothing() {
        check("make sure it works", &[]);
        check("make -C tools restore", &[]);
        check("make $TARGET", &[]);
        check("git clone https://a/b\ncd b\nmake restore", &[]);
        check("ssh db1\nmake restore\n./scripts/a.sh", &[]);
        check("kubectl -n shop get pods", &[]);
        check("kubectl -n <namespace> get deployment/web", &[]);
        check("kubectl -n shop get deployment/NAME", &[]);
        check("kubectl get deployment/web", &[]);
        check("kubectl -n shop create deployment web", &[]);
        check("terraform apply -target=module.example", &[]);
        check("terraform apply", &[]);
        check("./run.sh", &[]);
    }

    #[test]
    fn reads_targets_workloads_addresses_and_scripts() {
        check("make restore-db ENV=prod", &["Target |restore-db"]);
        check("cd infra\nmake restore", &["Target infra|restore"]);
        check("kubectl -n shop rollout restart deploy/web", &["Workload shop Deployment/web"]);
        check(
            "kubectl scale --namespace=shop statefulset db --replicas=0",
            &["Workload shop StatefulSet/db"],
        );
        check("terraform apply -target=module.db.aws_db_instance.x", &["Address module.db"]);
        check("terraform taint 'aws_instance.web[0]'", &["Address aws_instance.web"]);
        check("bash scripts/restore.sh now", &["Path scripts/restore.sh"]);
        check("./scripts/restore.sh", &["Path scripts/restore.sh"]);
    }
}
