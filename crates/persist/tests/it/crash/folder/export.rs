//! Exports.

use super::*;

/// "An export is there whole or not at all; after it was acknowledged it is there, and it is what the
/// documents were; and no document is touched by it."
#[test]
fn an_export_is_whole_or_not_there() {
    let restart = RefCell::new(HashSet::new());
    let result = Explore::new(Device::default())
        .setup(|fs| save_all(fs, STATE, NEW))
        .run(
            |fs, ledger: &mut Ledger<&str>| {
                ledger.promise("exported", || folder(fs).export("/kept/export"));
            },
            |fs, ledger| {
                let path = Path::new("/kept/export");
                let found = loaded(fs)?;
                if found != NEW {
                    return Err(format!("the documents are {found:?}"));
                }
                let is_there = fs.metadata(path).is_ok();
                if !is_there {
                    let is_promised = !ledger.acknowledged().is_empty();
                    return if is_promised {
                        Err("the export is gone".to_owned())
                    } else {
                        Ok(false)
                    };
                }
                let import = folder(fs).preview_import(path);
                let import = import.map_err(|error| format!("not whole: {error}"))?;
                let names: Vec<&str> = import.documents.iter().map(|it| it.name.as_str()).collect();
                if names != ["a.json", "b.json"] || import.changes_anything() {
                    return Err(format!("something else: {import}"));
                }
                if restart.borrow_mut().insert(listing(fs)) {
                    let fs = fs.fork();
                    folder(&fs)
                        .export("/kept/again")
                        .map_err(|error| format!("no further export: {error}"))?;
                }
                Ok(true)
            },
        );
    explored(result);
}
