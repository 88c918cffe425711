//! The mapper on top of both files.

use std::thread;

use persist::Document;

use super::{Counter, Counters, Mappings, State};

/// The mapper of the source, as far as it touches its state. The program is `examples/id_mapper.rs`.
struct Mapper {
    mappings: Document<Mappings>,
    counters: Document<Counters>,
}

impl Mapper {
    fn new(state: &State) -> Self {
        Self {
            mappings: state.mappings(),
            counters: state.counters(),
        }
    }

    fn increment(&self, tool: &str) -> u64 {
        let next = |counters: &mut Counters| match counters.counters.get_mut(tool) {
            Some(Counter::One(count)) => {
                *count += 1;
                *count
            }
            other => panic!("{other:?}"),
        };
        self.counters.update(next).unwrap()
    }

    fn map_to_external(&self, id: &str, tool: &str) -> String {
        let external = self.increment(tool).to_string();
        let mapping = |all: &mut Mappings| {
            let tools = all.mappings.entry(id.to_owned()).or_default();
            tools.entry(tool.to_owned()).or_insert(external).clone()
        };
        self.mappings.update(mapping).unwrap()
    }
}

#[test]
fn s1_85_persistence_with_mapper() {
    let state = State::new();
    let id = Mapper::new(&state).map_to_external("TASK-1", "github");
    assert_eq!(
        Mapper::new(&state)
            .mappings
            .load_or_default()
            .unwrap()
            .mappings["TASK-1"]["github"],
        id
    );
}

#[test]
fn s1_86_counter_increment_persists() {
    let state = State::new();
    assert_eq!(
        (1..=3)
            .map(|_| Mapper::new(&state).increment("github"))
            .collect::<Vec<_>>(),
        [1, 2, 3]
    );
}

#[test]
fn s1_87_mapping_creation_persists() {
    let state = State::new();
    Mapper::new(&state).map_to_external("TASK-1", "github");
    Mapper::new(&state).map_to_external("TASK-2", "azure_devops");
    assert_eq!(
        state.mappings().load_or_default().unwrap().mappings.len(),
        2
    );
}

#[test]
fn s1_88_concurrent_mapper_instances_share_state() {
    let state = State::new();
    let mut handed_out: Vec<u64> = thread::scope(|scope| {
        let threads: Vec<_> = (0..10)
            .map(|_| {
                scope.spawn(|| {
                    (0..10)
                        .map(|_| Mapper::new(&state).increment("github"))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    handed_out.sort_unstable();
    assert_eq!(
        handed_out,
        (1..=100).collect::<Vec<_>>(),
        "no number twice, none left out"
    );
}
