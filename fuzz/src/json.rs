//! JSON texts of any shape, and what a save leaves of them.

use std::path::Path;

use crash_sim::{Device, SimFs};
use persist::{Document, Json, JsonErrorKind, Layout, Untouched, Wait};
use serde_json::Value;
use vfs::{Fs, OpenOptions};

/// A pointer in the first line, a text in the others: no panic; other forms of the text are the same
/// value; what is set is found, and what is not touched stays to the byte.
pub fn persist_json(data: &[u8]) {
    let Some((pointer, text)) = str::from_utf8(data).ok().and_then(|it| it.split_once('\n')) else {
        return;
    };
    let Ok(json) = Json::parse(text) else {
        return;
    };
    assert_eq!(json.to_compact(), json, "another form is the same value");
    assert_eq!(json.to_pretty(), json, "another form is the same value");
    assert_eq!(
        json.to_pretty().to_compact().as_str(),
        json.to_compact().as_str()
    );
    let sorted = json.to_sorted();
    assert_eq!(sorted.to_sorted().as_str(), sorted.as_str());

    places(&json, pointer);
    if serde_json::from_str::<Value>(json.as_str()).is_ok() {
        untouched(&json);
    }
}

fn places(json: &Json, pointer: &str) {
    let null = Json::default();
    let found = json.get(pointer);
    let mut changed = json.clone();
    match changed.set(pointer, null.clone()) {
        Ok(Some(old)) => {
            assert_eq!(Ok(old.clone()), found);
            assert_eq!(changed.get(pointer), Ok(null));
            changed.set(pointer, old).expect("it was there");
            assert_eq!(&changed, json, "what was set is set back");
        }
        Ok(None) => {
            assert_eq!(found.unwrap_err().kind(), JsonErrorKind::NotFound);
            assert_ne!(&changed, json);
        }
        Err(_) => assert_eq!(
            changed.as_str(),
            json.as_str(),
            "a failed change changes nothing"
        ),
    }
    let mut removed = json.clone();
    match removed.remove(pointer) {
        Ok(old) => assert_eq!(json.get(pointer), Ok(old)),
        Err(_) => assert_eq!(
            removed.as_str(),
            json.as_str(),
            "a failed change changes nothing"
        ),
    }
}

/// A program that does not know the members adds one, and takes it away again.
fn untouched(json: &Json) {
    let fs = SimFs::new(Device::default());
    fs.create_dir(Path::new("/state")).expect("a new disk");
    let path = Path::new("/state/any.json");
    let file = fs.open(path, &OpenOptions::read_write().or_create());
    let file = file.expect("a new file");
    (*file)
        .write_all_at(json.as_str().as_bytes(), 0)
        .expect("a disk without faults");
    let document = Document::<Value>::options()
        .layout(Layout::Bare)
        .versions_as_found()
        .untouched(Untouched::Keep)
        .fs(fs.shared())
        .temp_seed(1)
        .lock_wait(Wait::Never)
        .at(path);
    let text = || {
        let bytes = fs.shared().read(path, 1 << 20).expect("it was saved");
        String::from_utf8(bytes).expect("text")
    };
    // What is taken for an envelope of ours is another body's business.
    if document.update(|_| ()).is_err() || text().trim_end() != json.as_str().replace("\r\n", "\n")
    {
        assert!(
            json.get("/format").is_ok()
                || json.get("/checksum").is_ok()
                || json.as_str().contains("sha256:")
        );
        return;
    }
    let name = "a name that no corpus has";
    let is_changed = document.update(|value| match value {
        Value::Object(members) => members.insert(name.to_owned(), 1.into()).is_none(),
        _ => false,
    });
    if is_changed.is_ok_and(|is_changed| is_changed) {
        let mut changed = Json::parse(text()).expect("it was saved");
        assert_eq!(changed.remove(&format!("/{name}")), Json::encode(&1));
        // As far as a type can tell: of two members of one name it has seen the last one.
        let value = |json: &Json| json.decode::<Value>().expect("it was loaded");
        assert_eq!(value(&changed), value(json), "nothing else was changed");
    }
}
