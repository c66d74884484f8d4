//! The same snapshot, rules and day give the same result, whatever else is different.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tonight::pipeline::Outcome;
use tonight::source::{Repository, Snapshot, Story, Subject, open};

use crate::fixtures::{build, folder, run, run_with};

/// Everything that may reach an output, as text; without paths of this machine and times of this run.
fn told(outcome: &Outcome) -> String {
    format!(
        "{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{}",
        outcome.answers, outcome.inventory, outcome.history, outcome.files, outcome.skipped, outcome.analyzed
    )
}

fn in_memory(files: &[(&String, &Vec<u8>)]) -> Repository {
    Repository {
        root: PathBuf::new(),
        git: None,
        subject: Subject { no_history: Some("in memory".to_owned()), ..Subject::default() },
        snapshot: Snapshot::of_memory(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))),
    }
}

/// Another order every time, and the same one in every run of the test.
fn shuffle<T>(things: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..things.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        things.swap(last, (state >> 33) as usize % (last + 1));
    }
}

#[test]
fn the_order_of_files_does_not_matter() {
    for name in ["shop", "ready"] {
        let story = Story::read(&folder(name)).unwrap();
        let files: BTreeMap<_, _> = story.files().clone();
        let mut order: Vec<_> = files.iter().collect();
        let expected = told(&run_with(in_memory(&order), 1));
        for seed in 1..4 {
            shuffle(&mut order, seed);
            assert!(expected == told(&run_with(in_memory(&order), 2)), "{name}, order {seed}");
        }
    }
}

#[test]
fn the_number_of_threads_does_not_matter() {
    for name in ["shop", "ready", "_broken"] {
        let (built, path) = match name {
            "_broken" => (None, folder(name).join("repo")),
            _ => {
                let built = build(name);
                let path = built.path().to_owned();
                (Some(built), path)
            }
        };
        let one = run_with(open(Some(&path), None).unwrap(), 1);
        let many = run_with(open(Some(&path), None).unwrap(), 16);
        assert!(told(&one) == told(&many), "{name}");
        drop(built);
    }
}

#[test]
fn the_folder_of_a_clone_does_not_matter() {
    let (one, two) = (build("shop"), build("shop"));
    assert!(told(&run(one.path())) == told(&run(two.path())));
}

#[test]
fn a_work_tree_and_its_revision_say_the_same() {
    let shop = build("shop");
    let tree = run(shop.path());
    let revision = run_with(open(Some(shop.path()), Some("HEAD")).unwrap(), 0);
    assert!(told(&tree) == told(&revision));
}
