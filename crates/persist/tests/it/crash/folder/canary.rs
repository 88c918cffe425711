//! Planted bugs: imports that are wrong in one point.

use std::io;

use integrity::manifest::Manifest;

use super::*;

/// Replaces a file; without `sync` as one who forgets to.
fn replace(
    fs: &SimFs,
    path: &str,
    bytes: &[u8],
    durability: persist::Durability,
) -> io::Result<()> {
    let options = atomic_io::Options::new().fs(fs.shared()).temp_seed(2);
    let replaced = options.durability(durability).replace(path, bytes);
    replaced.map(drop).map_err(io::Error::from)
}

fn durably(fs: &SimFs, path: &str, bytes: &[u8]) -> io::Result<()> {
    replace(fs, path, bytes, persist::Durability::Durable)
}

fn exported(fs: &SimFs, name: &str) -> io::Result<Vec<u8>> {
    fs.shared().read(&Path::new(EXPORT).join(name), 1 << 20)
}

/// The new contents, staged durably, and the plan that names them.
fn staged(fs: &SimFs) -> io::Result<String> {
    let mut plan = Manifest::new();
    for name in NAMES {
        let (path, bytes) = (format!(".import.a/new/{name}"), exported(fs, name)?);
        plan.insert(path.as_str(), integrity::digest(&bytes))
            .unwrap();
        durably(fs, &format!("{STATE}/{path}"), &bytes)?;
    }
    Ok(plan.write())
}

fn replace_all(fs: &SimFs) -> io::Result<()> {
    NAMES
        .iter()
        .try_for_each(|name| durably(fs, &format!("{STATE}/{name}"), &exported(fs, name)?))
}

const PLAN: &str = "/state/.import.plan";

/// The harness of an import, with another way to do it.
fn explore(import: impl Fn(&SimFs) -> io::Result<()>) -> Result<Coverage, Failure> {
    Explore::new(Device::default())
        .depth(1)
        .fates(8)
        .setup(old_and_export)
        .run(
            |fs, ledger| {
                ledger.promise(NEW, || import(fs));
            },
            |fs, ledger| match all_or_nothing(fs)? {
                OLD if !ledger.acknowledged().is_empty() => Err("imported, and old".to_owned()),
                found => Ok(found),
            },
        )
}

fn caught(import: impl Fn(&SimFs) -> io::Result<()>) -> String {
    match explore(import) {
        Err(Failure::Broken(found)) => found.promise().to_owned(),
        other => panic!("not caught: {other:?}"),
    }
}

#[test]
fn an_import_without_a_plan_is_caught() {
    let promise = caught(replace_all);
    assert!(promise.contains("a mixture"), "{promise}");
}

#[test]
fn an_import_whose_plan_is_not_synced_is_caught() {
    let promise = caught(|fs| {
        let plan = staged(fs)?;
        replace(fs, PLAN, plan.as_bytes(), persist::Durability::Atomic)?;
        replace_all(fs)?;
        fs.remove_file(Path::new(PLAN))
    });
    assert!(promise.contains(".import.plan is damaged"), "{promise}");
}

#[test]
fn an_import_whose_plan_goes_too_early_is_caught() {
    let promise = caught(|fs| {
        let plan = staged(fs)?;
        durably(fs, PLAN, plan.as_bytes())?;
        fs.remove_file(Path::new(PLAN))?;
        replace_all(fs)
    });
    assert!(promise.contains("a mixture"), "{promise}");
}

/// The same harness finds nothing wrong with the real protocol.
#[test]
fn control_the_real_import() {
    let real = explore(|fs| match folder(fs).import(EXPORT) {
        Ok(_) => Ok(()),
        Err(error) => Err(io::Error::other(error)),
    });
    assert!(real.is_ok(), "{real:?}");
}
