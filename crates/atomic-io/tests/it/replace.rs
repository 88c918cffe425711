//! Whole contents, on the real file system.

use std::fs;
use std::io;
use std::path::Path;

use atomic_io::Outcome;

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_successful_save_leaves_the_new_content_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("settings.json");
    for content in ["{}\n", "{\"theme\": \"dark\", \"naïve\": \"日本語\"}\n", ""] {
        assert_eq!(
            atomic_io::replace(&path, content).unwrap(),
            Outcome::Written
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
        assert_eq!(names(dir.path()), ["settings.json"]);
    }
}

#[test]
fn missing_directories_are_created() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("var/lib/app/state.json");
    atomic_io::replace(&path, "1").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"1");
    assert_eq!(
        names(dir.path().join("var/lib/app").as_path()),
        ["state.json"]
    );
}

#[test]
fn a_backup_that_is_a_hard_link_keeps_the_old_content() {
    let dir = tempfile::tempdir().unwrap();
    let (path, backup) = (dir.path().join("ids.json"), dir.path().join("ids.json.bak"));
    atomic_io::replace(&path, "old").unwrap();
    fs::hard_link(&path, &backup).unwrap();
    atomic_io::replace(&path, "new").unwrap();
    assert_eq!(fs::read(&backup).unwrap(), b"old");
    assert_eq!(fs::read(&path).unwrap(), b"new");
}

#[test]
fn a_reader_of_the_old_file_goes_on_reading_it() {
    use io::Read;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.txt");
    atomic_io::replace(&path, "old content").unwrap();
    let mut reader = fs::File::open(&path).unwrap();
    let mut content = String::new();
    reader
        .by_ref()
        .take(3)
        .read_to_string(&mut content)
        .unwrap();
    atomic_io::replace(&path, "NEW CONTENT").unwrap();
    reader.read_to_string(&mut content).unwrap();
    assert_eq!(content, "old content");
}

#[test]
fn a_file_large_enough_to_be_freed_in_the_background_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("model.bin");
    atomic_io::replace(&path, vec![1; 9 << 20]).unwrap();
    atomic_io::replace(&path, vec![2; 9 << 20]).unwrap();
    assert_eq!(fs::read(&path).unwrap(), vec![2; 9 << 20]);
}

/// More than may wait for the thread that closes them; the others are closed by who drops them.
#[cfg(target_os = "linux")]
#[test]
fn every_handle_on_what_lost_its_name_is_given_back() {
    let dir = tempfile::tempdir().unwrap();
    let fs = vfs::OsFs::shared();
    let remains: Vec<_> = (0..20)
        .map(|number| {
            let path = dir.path().join(number.to_string());
            fs::write(&path, "old").unwrap();
            let remains = atomic_io::Remains::of(&*fs, &path);
            fs::remove_file(&path).unwrap();
            remains
        })
        .collect();
    let held = || {
        let handles = fs::read_dir("/proc/self/fd").unwrap();
        let targets = handles.filter_map(|handle| fs::read_link(handle.ok()?.path()).ok());
        targets.filter(|path| path.starts_with(dir.path())).count()
    };
    assert_eq!(held(), 20);
    drop(remains);
    assert!(held() <= 5, "four that wait, and one that is being closed");
    drop(atomic_io::Remains::of(&*fs, &dir.path().join("missing")));
}

#[test]
fn it_drops_in_where_an_io_result_is_returned() {
    fn save(path: &Path) -> io::Result<()> {
        atomic_io::replace(path, "x")?;
        Ok(())
    }
    let dir = tempfile::tempdir().unwrap();
    save(&dir.path().join("x")).unwrap();
    let error = save(dir.path()).unwrap_err();
    assert!(
        error.to_string().contains("a directory stands there"),
        "{error}"
    );
    let inner = error.get_ref().unwrap();
    assert!(inner.is::<atomic_io::Error>());
}

#[test]
fn readers_never_see_a_mixture_while_writers_race() {
    const LEN: usize = 20_000;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("shared");
    atomic_io::replace(&path, vec![b'a'; LEN]).unwrap();
    std::thread::scope(|scope| {
        for letter in b"bcd" {
            let path = &path;
            scope.spawn(move || {
                for _ in 0..20 {
                    atomic_io::replace(path, vec![*letter; LEN]).unwrap();
                }
            });
        }
        for _ in 0..200 {
            let content = fs::read(&path).unwrap();
            assert_eq!(content.len(), LEN);
            assert!(content.iter().all(|byte| *byte == content[0]));
        }
    });
    assert_eq!(names(dir.path()), ["shared"]);
}
