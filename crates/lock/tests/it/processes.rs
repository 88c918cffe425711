//! Other processes. They are this test program again, told over a pipe what to do: nothing here waits
//! for a time to pass.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use lock::{ErrorKind, Lock, holder};

use crate::{impatient, notes};

const PATH: &str = "LOCK_TEST_PATH";

/// The other side: does what the lines on its standard input say, and answers each with a line.
#[test]
#[ignore = "started by the other tests"]
fn other_process() {
    let Some(path) = std::env::var_os(PATH) else {
        return;
    };
    let mut lock = None;
    for line in std::io::stdin().lines() {
        let answer = match line.unwrap().as_str() {
            "exclusive" => take(&mut lock, impatient().exclusive(&path)),
            "shared" => take(&mut lock, impatient().shared(&path)),
            "wait" => take(&mut lock, Lock::exclusive(&path)),
            "release" => format!("{:?}", lock.take().map(Lock::release)),
            "token" => lock.as_ref().unwrap().token().unwrap().to_string(),
            "count" => {
                for _ in 0..100 {
                    let _lock = Lock::exclusive(&path).unwrap();
                    count(Path::new(&path));
                }
                "counted".to_owned()
            }
            unknown => panic!("{unknown}"),
        };
        println!("\nanswer {answer}");
    }
}

fn take(lock: &mut Option<Lock>, taken: Result<Lock, lock::Error>) -> String {
    match taken {
        Ok(taken) => {
            *lock = Some(taken);
            "held".to_owned()
        }
        Err(error) => format!("{:?}", error.kind()),
    }
}

fn count(path: &Path) {
    let before: u64 = std::fs::read_to_string(path).map_or(0, |text| text.parse().unwrap());
    std::fs::write(path, (before + 1).to_string()).unwrap();
}

struct Other {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Other {
    fn start(path: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "processes::other_process",
                "--ignored",
                "--nocapture",
            ])
            .env(PATH, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self {
            process,
            orders,
            answers,
        }
    }

    fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").unwrap();
    }

    fn answer(&mut self) -> String {
        for line in self.answers.by_ref().lines() {
            if let Some(answer) = line.unwrap().strip_prefix("answer ") {
                return answer.to_owned();
            }
        }
        panic!("the other process ended");
    }

    fn ask(&mut self, order: &str) -> String {
        self.order(order);
        self.answer()
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
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
fn s1_17_processes_exclude_each_other() {
    let (_dir, notes) = notes();
    let mut other = Other::start(&notes);
    let lock = Lock::exclusive(&notes).unwrap();
    assert_eq!(other.ask("exclusive"), "Busy");
    assert_eq!(other.ask("shared"), "Busy");
    drop(lock);
    assert_eq!(other.ask("shared"), "held");
    drop(impatient().shared(&notes).unwrap());
    assert_eq!(
        impatient().exclusive(&notes).unwrap_err().kind(),
        ErrorKind::Busy
    );
    assert_eq!(other.ask("release"), "Some(Ok(()))");
    drop(impatient().exclusive(&notes).unwrap());
}

#[test]
fn s3_38_the_second_instance_is_told_who_the_first_is() {
    let (_dir, notes) = notes();
    let mut other = Other::start(&notes);
    assert_eq!(other.ask("exclusive"), "held");
    let error = impatient().exclusive(&notes).unwrap_err();
    assert_eq!(error.holder().unwrap().pid(), other.process.id());
    assert!(!error.to_string().contains("this process"), "{error}");
}

#[test]
fn s3_41_d40_a_killed_holder_does_not_block_the_next() {
    let (_dir, notes) = notes();
    let mut other = Other::start(&notes);
    assert_eq!(other.ask("exclusive"), "held");
    assert_eq!(other.ask("token"), "1");
    other.kill();
    // What it wrote about itself is still there, and decides nothing.
    assert_eq!(holder(&notes).unwrap().pid(), other.process.id());
    let lock = impatient().exclusive(&notes).unwrap();
    assert_eq!(holder(&notes).unwrap().pid(), std::process::id());
    assert_eq!(lock.token().unwrap().get(), 2);
}

#[test]
fn who_waits_gets_the_lock_when_the_holder_is_killed() {
    let (_dir, notes) = notes();
    let [mut holding, mut waiting] = [Other::start(&notes), Other::start(&notes)];
    assert_eq!(holding.ask("exclusive"), "held");
    waiting.order("wait");
    holding.kill();
    assert_eq!(waiting.answer(), "held");
    assert_eq!(
        impatient().exclusive(&notes).unwrap_err().kind(),
        ErrorKind::Busy
    );
}

#[test]
fn s1_53_counting_processes_lose_nothing() {
    let (_dir, notes) = notes();
    let mut others: Vec<_> = (0..4).map(|_| Other::start(&notes)).collect();
    for other in &mut others {
        other.order("count");
    }
    for other in &mut others {
        assert_eq!(other.answer(), "counted");
    }
    assert_eq!(std::fs::read_to_string(&notes).unwrap(), "400");
}
