//! What a reader is told when bytes have changed: `cargo run -p integrity --example damage`.
#![allow(clippy::print_stdout, reason = "a program for people to read")]

use integrity::line::{self, Line};
use integrity::manifest::Manifest;
use integrity::{Error, digest, seal};

const KEY: &str = "checksum";

fn main() -> Result<(), Error> {
    sealed_text()?;
    checked_lines()?;
    manifest()
}

fn sealed_text() -> Result<(), Error> {
    let sealed = seal::seal("{\n  \"launches\": 41\n}\n", KEY)?;
    println!("A sealed file:\n\n{sealed}");
    let damaged = [
        ("as it was written", sealed.clone()),
        ("one digit changed", sealed.replace("41", "42")),
        ("cut off", sealed[..sealed.len() / 2].to_owned()),
        ("its key changed", sealed.replace(KEY, "checksun")),
        ("never sealed", "{\n  \"launches\": 41\n}\n".to_owned()),
    ];
    for (what, text) in damaged {
        match seal::verify(text.as_bytes(), KEY) {
            Ok(_) => println!("{what:>18}: believed"),
            Err(error) => println!("{what:>18}: {:?}: {error}", error.kind()),
        }
    }
    Ok(())
}

fn checked_lines() -> Result<(), Error> {
    let mut log = Vec::new();
    for payload in [r#"{"put":"ada"}"#, r#"{"put":"bob"}"#, r#"{"del":"ada"}"#] {
        line::encode(payload.as_bytes(), log.len() as u64, &mut log)?;
    }
    println!("\nA log:\n\n{}", String::from_utf8_lossy(&log));
    log.truncate(log.len() - 6);
    println!("The same, its writer stopped in the last line:\n");
    let mut rest = log.as_slice();
    loop {
        let position = log.len() - rest.len();
        match line::decode(rest, position as u64, 1024) {
            Line::Complete {
                payload,
                rest: next,
            } => {
                println!("{position:>4}: {}", String::from_utf8_lossy(payload));
                rest = next;
            }
            Line::Torn { needed } => {
                println!("{position:>4}: torn: {} of {needed} bytes", rest.len());
                return Ok(());
            }
            other => {
                println!("{position:>4}: {other:?}");
                return Ok(());
            }
        }
    }
}

fn manifest() -> Result<(), Error> {
    let mut listed = Manifest::new();
    listed.insert("contacts.json", digest(b"ada"))?;
    listed.insert("settings.json", digest(b"dark"))?;
    println!("\nA manifest:\n\n{}", listed.write());

    let mut found = Manifest::new();
    found.insert("settings.json", digest(b"bark"))?;
    found.insert("new.json", digest(b""))?;
    let verification = listed.verify(&found);
    for changed in &verification.changed {
        println!("{:>18}: changed", changed.name);
    }
    for name in &verification.missing {
        println!("{name:>18}: missing");
    }
    for name in &verification.unlisted {
        println!("{name:>18}: not listed");
    }
    Ok(())
}
