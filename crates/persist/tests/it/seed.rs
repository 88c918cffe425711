//! The tests that the second source system lists for its own persistence, by their names: two files,
//! mappings and counters, kept as its Python code keeps them.

mod backups;
mod mapper;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use persist::{
    Backups, Chain, Document, Durability, ErrorKind, FlatNames, Keys, Layout, Options,
    RecoveryPolicy,
};
use serde::{Deserialize, Serialize};

use crate::scratch::Scratch;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mappings {
    mappings: BTreeMap<String, BTreeMap<String, String>>,
}

/// A tool has one counter, or one for each of its projects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Counter {
    One(u64),
    Each(BTreeMap<String, u64>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counters {
    counters: BTreeMap<String, Counter>,
}

impl Default for Counters {
    fn default() -> Self {
        let each = || Counter::Each(BTreeMap::new());
        let tools = [
            ("jira", each()),
            ("azure_devops", Counter::One(0)),
            ("linear", each()),
            ("github", Counter::One(0)),
        ];
        Self {
            counters: tools
                .map(|(tool, counter)| (tool.to_owned(), counter))
                .into(),
        }
    }
}

/// Both files of a state directory.
struct State {
    scratch: Scratch,
}

fn kept_as_the_source_does<T: Default + 'static>() -> Options<T> {
    Document::options()
        .layout(Layout::Flat(FlatNames::default()))
        .versions(Chain::new("1.0"))
        .keys(Keys::Sorted)
        .backups(Backups::Single)
}

impl State {
    fn new() -> Self {
        Self {
            scratch: Scratch::new(),
        }
    }

    fn mapping_path(&self) -> PathBuf {
        self.scratch.at(".claude/state/external_id_mapping.json")
    }

    fn mappings(&self) -> Document<Mappings> {
        kept_as_the_source_does().at(self.mapping_path())
    }

    fn counters(&self) -> Document<Counters> {
        kept_as_the_source_does().at(self.scratch.at(".claude/state/external_id_counters.json"))
    }

    fn write_mappings(&self, text: &str) {
        fs::create_dir_all(self.mapping_path().parent().unwrap()).unwrap();
        fs::write(self.mapping_path(), text).unwrap();
    }
}

fn mappings(id: &str) -> Mappings {
    let external = BTreeMap::from([
        ("jira".to_owned(), "PROJ-456".into()),
        ("github".into(), "234".into()),
    ]);
    Mappings {
        mappings: BTreeMap::from([(id.to_owned(), external)]),
    }
}

const THEIRS: &str = r#"{
  "version": "1.0",
  "updated": "2025-11-10T14:45:00Z",
  "mappings": {
    "TASK-E01-b2c4": {
      "jira": "PROJ-456",
      "github": "234"
    }
  }
}"#;

#[test]
fn s1_65_load_existing_mappings() {
    let state = State::new();
    state.write_mappings(THEIRS);
    assert_eq!(
        state.mappings().load_or_default().unwrap(),
        mappings("TASK-E01-b2c4")
    );
}

#[test]
fn s1_66_load_missing_file_returns_empty() {
    let state = State::new();
    assert_eq!(
        state.mappings().load_or_default().unwrap(),
        Mappings::default()
    );
    assert_eq!(
        state.scratch.names(),
        [""; 0],
        "nothing is created by looking"
    );
}

#[test]
fn s1_67_load_corrupted_file_uses_backup() {
    let state = State::new();
    state.mappings().save(&mappings("a")).unwrap();
    state.mappings().save(&mappings("b")).unwrap();
    state.write_mappings("{\"version\": \"1.0\", \"mapp");
    assert_eq!(state.mappings().load_or_default().unwrap(), mappings("a"));
}

#[test]
fn s1_68_load_corrupted_file_no_backup() {
    let state = State::new();
    state.write_mappings("{\"version\": \"1.0\", \"mapp");
    let before = state.scratch.files();
    assert_eq!(
        state.mappings().load().unwrap_err().kind(),
        ErrorKind::Damaged
    );
    // The next save does not destroy the evidence.
    assert_eq!(
        state.mappings().save(&mappings("a")).unwrap_err().kind(),
        ErrorKind::Damaged
    );
    assert_eq!(state.scratch.files(), before);

    // Empty is only what somebody has asked for, and the original is set aside.
    let lenient = kept_as_the_source_does::<Mappings>().recovery(RecoveryPolicy::RecoverOrDefault);
    let lenient = lenient.at(state.mapping_path());
    assert_eq!(lenient.load_or_default().unwrap(), Mappings::default());
    let kept = state
        .scratch
        .named(".claude/state/external_id_mapping.json.damaged-");
    assert_eq!(
        state.scratch.text(&kept[0]),
        "{\"version\": \"1.0\", \"mapp"
    );
}

#[test]
fn s1_69_load_existing_counters() {
    let state = State::new();
    state.write_mappings(THEIRS);
    let theirs = r#"{"version": "1.0", "updated": "2025-11-10T14:45:00Z", "counters": {
        "jira": {"PROJ": 457, "TEST": 12}, "azure_devops": 1235, "linear": {"TEAM": 789}, "github": 234}}"#;
    fs::write(
        state.scratch.at(".claude/state/external_id_counters.json"),
        theirs,
    )
    .unwrap();
    let counters = state.counters().load_or_default().unwrap().counters;
    assert_eq!(counters["azure_devops"], Counter::One(1235));
    assert_eq!(
        counters["jira"],
        Counter::Each([("PROJ".into(), 457), ("TEST".into(), 12)].into())
    );
}

#[test]
fn s1_70_load_missing_counters_returns_defaults() {
    let state = State::new();
    let counters = state.counters().load_or_default().unwrap();
    assert_eq!(counters.counters.len(), 4);
    assert_eq!(counters, Counters::default());
}

#[test]
fn s1_71_validation_catches_invalid_data() {
    let state = State::new();
    for wrong in [
        r#"{"version": "1.0", "mappings": {"T": {"jira": 7}}}"#,
        r#"{"version": "1.0", "mappings": ["T"]}"#,
        r#"{"version": "1.0"}"#,
        "[]",
    ] {
        state.write_mappings(wrong);
        assert_eq!(
            state.mappings().load().unwrap_err().kind(),
            ErrorKind::Damaged,
            "{wrong}"
        );
    }
    let not_empty = |all: &Mappings| {
        let is_valid = !all.mappings.keys().any(String::is_empty);
        is_valid
            .then_some(())
            .ok_or("an internal id is empty".to_owned())
    };
    let strict = kept_as_the_source_does::<Mappings>()
        .validate(not_empty)
        .at(state.scratch.at("other.json"));
    assert_eq!(
        strict.save(&mappings("")).unwrap_err().kind(),
        ErrorKind::Invalid
    );
}

#[test]
fn s1_72_retry_after_backup_restore_is_bounded() {
    let state = State::new();
    state.mappings().save(&mappings("a")).unwrap();
    state.mappings().save(&mappings("b")).unwrap();
    state.write_mappings("?");
    fs::write(state.mappings().backups().unwrap()[0].path(), "? too").unwrap();
    let error = state.mappings().load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    let skipped = &error.recovery().unwrap().skipped;
    assert_eq!(skipped.len(), 2, "{skipped:?}");
    assert_eq!(skipped[1].path, state.mapping_path());
}

#[test]
fn s1_73_save_mappings_creates_file() {
    let state = State::new();
    state.mappings().save(&mappings("a")).unwrap();
    let text = fs::read_to_string(state.mapping_path()).unwrap();
    let start = "{\n  \"version\": \"1.0\",\n  \"revision\": 1,\n  \"updated\": \"";
    assert!(text.starts_with(start), "{text}");
    let end = "\n  \"mappings\": {\n    \"a\": {\n      \"github\": \"234\",\n      \"jira\": \"PROJ-456\"\n    }\n  },\n";
    assert!(text.contains(end), "{text}");
}

#[test]
fn s1_74_save_updates_timestamp() {
    let state = State::new();
    let mut last = None;
    for clock in [
        SystemTime::now,
        || SystemTime::UNIX_EPOCH,
        || SystemTime::UNIX_EPOCH,
    ] {
        let document = kept_as_the_source_does::<Mappings>()
            .clock(clock)
            .at(state.mapping_path());
        document.save(&mappings("a")).unwrap();
        let updated = document.load().unwrap().unwrap().updated;
        assert!(updated > last, "also when the clock goes back");
        last = updated;
    }
}

#[test]
fn s1_75_save_preserves_existing_data() {
    let state = State::new();
    state.write_mappings(THEIRS);
    state
        .mappings()
        .update(|all| all.mappings.extend(mappings("new").mappings))
        .unwrap();
    let all = state.mappings().load_or_default().unwrap().mappings;
    assert_eq!(all.keys().collect::<Vec<_>>(), ["TASK-E01-b2c4", "new"]);
}

#[test]
fn s1_76_save_counters() {
    let state = State::new();
    state
        .counters()
        .update(|all| all.counters.insert("github".into(), Counter::One(5)))
        .unwrap();
    assert_eq!(
        state.counters().load_or_default().unwrap().counters["github"],
        Counter::One(5)
    );
}

#[test]
fn s1_77_save_with_locking() {
    let state = State::new();
    state.mappings().save(&mappings("a")).unwrap();
    let lock = lock::Lock::exclusive(state.mapping_path()).unwrap();
    let impatient = kept_as_the_source_does::<Mappings>().lock_wait(persist::Wait::Never);
    let error = impatient
        .at(state.mapping_path())
        .save(&mappings("b"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    drop(lock);
    state.mappings().save(&mappings("b")).unwrap();
}

#[test]
fn s1_78_save_creates_parent_directories() {
    let state = State::new();
    assert!(!state.mapping_path().parent().unwrap().exists());
    state.mappings().save(&mappings("a")).unwrap();
    assert!(state.mapping_path().is_file());
}

#[test]
fn s1_84_round_trip() {
    let state = State::new();
    state.mappings().save(&mappings("a")).unwrap();
    assert_eq!(state.mappings().load_or_default().unwrap(), mappings("a"));
    assert!(state.mappings().verify().unwrap().is_good());
}

#[test]
fn a_save_that_needs_no_power_cut_safety_is_asked_for_by_name() {
    let state = State::new();
    let quick = kept_as_the_source_does::<Mappings>().durability(Durability::Atomic);
    quick.at(state.mapping_path()).save(&mappings("a")).unwrap();
    assert_eq!(state.mappings().load_or_default().unwrap(), mappings("a"));
}
