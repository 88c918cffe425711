//! Ten at once, and killed at any moment: real processes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::program::mapper::Mapper;
use super::program::persistence::{Persistence, Setting};
use super::program::series::Tool;

const STATE_DIR: &str = "ID_MAPPER_STATE_DIR";
const NAME: &str = "ID_MAPPER_NAME";
const ROUNDS: &str = "ID_MAPPER_ROUNDS";

fn mapper(dir: impl AsRef<Path>) -> Mapper {
    Mapper::new(Persistence::new(dir, Setting::default()))
}

/// Another process: asks for ids as often as it was told, and says each that it was given.
#[test]
#[ignore = "started by the other tests"]
fn other_process() {
    let Some(dir) = std::env::var_os(STATE_DIR) else {
        return;
    };
    let name = std::env::var(NAME).unwrap();
    let rounds: u32 = std::env::var(ROUNDS).unwrap().parse().unwrap();
    let mapper = mapper(dir);
    let mut out = std::io::stdout().lock();
    for round in 0..rounds {
        // Tasks come again, so that the file does not grow with every round.
        let task = round % 10;
        for task in [format!("{name}-{task}"), format!("shared-{task}")] {
            let id = mapper.map_to_external(&task, Tool::Jira, "PROJ").unwrap();
            writeln!(out, "\ntold {task} {id}").unwrap();
        }
        let number = mapper.increment_counter(Tool::Jira, Some("PROJ")).unwrap();
        writeln!(out, "\ntold - PROJ-{number}").unwrap();
    }
}

/// What processes were told: the ids of tasks, and the ids that belong to none.
#[derive(Default)]
struct Told {
    mapped: BTreeMap<String, String>,
    given: Vec<String>,
}

impl Told {
    fn hear(&mut self, line: &str) {
        // Only a whole line was told.
        let words = line
            .strip_suffix('\n')
            .and_then(|line| line.strip_prefix("told "));
        match words.and_then(|words| words.split_once(' ')) {
            None => {}
            Some(("-", id)) => self.given.push(id.to_owned()),
            Some((task, id)) => {
                let before = self.mapped.insert(task.to_owned(), id.to_owned());
                assert!(
                    before.is_none_or(|before| before == id),
                    "{task} has two ids"
                );
            }
        }
    }

    /// "What was told is there, and no number is given twice." Returns all numbers that are in use.
    fn holds(&self, dir: &Path) -> BTreeSet<u64> {
        let mappings = mapper(dir).persistence.load_mappings().unwrap();
        let mut ids: Vec<_> = mappings.values().map(|ids| &ids["jira"]).collect();
        for (task, id) in &self.mapped {
            assert_eq!(
                mappings.get(task).map(|ids| &ids["jira"]),
                Some(id),
                "{task}"
            );
        }
        ids.extend(&self.given);
        let numbers = ids
            .iter()
            .map(|id| id.strip_prefix("PROJ-").unwrap().parse().unwrap());
        let numbers: BTreeSet<u64> = numbers.collect();
        assert_eq!(numbers.len(), ids.len(), "a number was given twice");
        numbers
    }
}

/// On Linux also where a build has replaced it since.
fn this_program() -> PathBuf {
    if cfg!(target_os = "linux") {
        return PathBuf::from("/proc/self/exe");
    }
    std::env::current_exe().unwrap()
}

struct Other {
    process: Child,
    lines: BufReader<ChildStdout>,
}

impl Other {
    fn start(dir: &Path, name: usize, rounds: u32) -> Self {
        let mut process = Command::new(this_program())
            .args([
                "--exact",
                "id_mapper::processes::other_process",
                "--ignored",
                "--nocapture",
            ])
            .env(STATE_DIR, dir)
            .env(NAME, name.to_string())
            .env(ROUNDS, rounds.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        Self { process, lines }
    }

    /// Waits for so many answers.
    fn hear_some(&mut self, told: &mut Told, answers: usize) {
        for _ in 0..answers {
            let mut line = String::new();
            while !line.starts_with("told ") {
                line.clear();
                assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "it has ended");
            }
            told.hear(&line);
        }
    }

    fn hear_the_rest(mut self, told: &mut Told) {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        rest.split_inclusive('\n').for_each(|line| told.hear(line));
        self.process.wait().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn s1_53_s1_88_s1_89_ten_processes_share_one_series_without_a_gap() {
    let (dir, rounds) = (tempfile::tempdir().unwrap(), 3);
    let others: Vec<_> = (0..10)
        .map(|name| Other::start(dir.path(), name, rounds))
        .collect();
    let mut told = Told::default();
    for other in others {
        other.hear_the_rest(&mut told);
    }

    // A task and a number for each process and round, and a task of all for each round.
    let all = u64::from(rounds) * (10 + 10 + 1);
    assert_eq!(
        told.mapped.len() + told.given.len(),
        usize::try_from(all).unwrap()
    );
    assert_eq!(told.holds(dir.path()), (1..=all).collect());
    let next = mapper(dir.path()).increment_counter(Tool::Jira, Some("PROJ"));
    assert_eq!(next.unwrap(), all + 1);
}

#[test]
fn s1_52_d19_threads_of_one_mapper_share_it_too() {
    let dir = tempfile::tempdir().unwrap();
    let mapper = mapper(dir.path());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let mapper = &mapper;
            scope.spawn(move || {
                for task in 0..3 {
                    let task = format!("{thread}-{task}");
                    mapper.map_to_external(&task, Tool::Jira, "PROJ").unwrap();
                }
            });
        }
    });
    assert_eq!(Told::default().holds(dir.path()), (1..=12).collect());
}

#[test]
fn s1_54_fifty_kills_lose_nothing_that_was_told() {
    // What a kill leaves does not depend on a disk, and syncs to one would be most of this test.
    let in_memory = tempfile::tempdir_in("/dev/shm");
    let dir = in_memory.or_else(|_| tempfile::tempdir()).unwrap();
    let mut told = Told::default();
    let mut others = (0..).map(|name| Other::start(dir.path(), name, u32::MAX));
    let mut running: VecDeque<_> = others.by_ref().take(3).collect();
    for kill in 0..50 {
        let mut oldest = running.pop_front().unwrap();
        oldest.hear_some(&mut told, 1);
        // Not for anything to have happened: each kill shall come at another moment.
        std::thread::sleep(Duration::from_millis(kill * 7 % 23));
        oldest.process.kill().unwrap();
        oldest.hear_the_rest(&mut told);
        running.extend(others.next());
    }
    drop(running);

    assert!(told.mapped.len() + told.given.len() >= 50);
    let numbers = told.holds(dir.path());
    let next = mapper(dir.path())
        .increment_counter(Tool::Jira, Some("PROJ"))
        .unwrap();
    assert!(numbers.last() < Some(&next));

    let persistence = mapper(dir.path()).persistence;
    persistence.sweep().unwrap();
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(
            !name.to_string_lossy().starts_with('.'),
            "{name:?} is left over"
        );
    }
    for (path, health) in persistence.verify().unwrap() {
        assert!(health.is_good(), "{} {health:?}", path.display());
    }
}
