//! A chain that is built wrong says so, everywhere, and names the first mistake.

use migrate::{Chain, Error, ErrorKind, Flaw, Label};
use serde_json::json;

fn sound() -> Chain {
    Chain::new(1).step(2, |_| Ok(())).down(1, |_| Ok(()))
}

fn flaw(chain: &Chain) -> Flaw {
    match chain.check() {
        Err(Error::BadChain(flaw)) => flaw,
        other => panic!("expected a flaw, got {other:?}"),
    }
}

#[test]
fn s0_66_a_chain_knows_its_versions_in_order() {
    let chain = Chain::new("b").step("a", |_| Ok(())).step(7, |_| Ok(()));
    assert_eq!(
        chain.labels().collect::<Vec<_>>(),
        [&"b".into(), &"a".into(), &7.into()]
    );
    assert_eq!(chain.current(), &Label::from(7));
    assert_eq!(chain.position(&"a".into()), Some(1));
    assert_eq!(chain.position(&"c".into()), None);
    chain.check().unwrap();
}

#[test]
fn a_chain_names_the_steps_between_two_versions() {
    let chain = Chain::new(1)
        .step(2, |_| Ok(()))
        .step(3, |_| Ok(()))
        .step(4, |_| Ok(()));
    let steps = |from: u64, to: u64| -> Vec<String> {
        let steps = chain.steps(&from.into(), &to.into());
        steps.iter().map(ToString::to_string).collect()
    };
    assert_eq!(steps(2, 4), ["from 2 to 3", "from 3 to 4"]);
    assert_eq!(steps(3, 1), ["from 3 to 2", "from 2 to 1"]);
    assert_eq!(steps(2, 2), [""; 0]);
    assert_eq!(steps(2, 9), [""; 0]);
}

#[test]
fn a_chain_of_one_version_is_whole() {
    let chain = Chain::new("1.0");
    chain.check().unwrap();
    assert_eq!(chain.current(), &Label::from("1.0"));
    assert!(
        chain
            .upgrade(&Label::from("1.0"), &json!(null))
            .unwrap()
            .steps
            .is_empty()
    );
}

#[test]
fn s0_71_a_step_that_does_not_advance_or_leads_back_is_refused_and_named() {
    for (chain, from) in [
        (Chain::new(1).step(1, |_| Ok(())), 1),
        (Chain::new(1).step(2, |_| Ok(())).step(1, |_| Ok(())), 2),
    ] {
        let Flaw::DuplicateLabel { step, .. } = flaw(&chain) else {
            panic!("from {from}")
        };
        assert_eq!((step.from, step.to), (from.into(), 1.into()));
    }
    Chain::new(1).step("1", |_| Ok(())).check().unwrap();
}

#[test]
fn a_step_down_must_lead_to_the_version_before() {
    for label in [0, 2, 3] {
        let chain = Chain::new(1).step(2, |_| Ok(())).down(label, |_| Ok(()));
        let Flaw::DownElsewhere { step, before, .. } = flaw(&chain) else {
            panic!("{label}")
        };
        assert_eq!(
            (step.from, step.to, before),
            (2.into(), label.into(), Some(1.into()))
        );
    }
    let chain = Chain::new(1).down(1, |_| Ok(()));
    assert!(matches!(
        flaw(&chain),
        Flaw::DownElsewhere { before: None, .. }
    ));
    assert!(matches!(
        flaw(&sound().down(1, |_| Ok(()))),
        Flaw::DownTwice { .. }
    ));
}

#[test]
fn what_a_value_without_a_version_counts_as_must_be_known_in_the_end() {
    let early = Chain::new(1).unlabelled(2);
    assert_eq!(flaw(&early), Flaw::UnlabelledUnknown { label: 2.into() });
    early.step(2, |_| Ok(())).check().unwrap();
}

#[test]
fn the_first_mistake_is_the_one_reported() {
    let chain = Chain::new(1)
        .step(1, |_| Ok(()))
        .down(5, |_| Ok(()))
        .unlabelled(9);
    assert!(matches!(flaw(&chain), Flaw::DuplicateLabel { .. }));
}

#[test]
fn every_operation_of_a_wrong_chain_fails_before_any_step() {
    let chain = Chain::new(1)
        .step(2, |_| panic!("a step of a wrong chain ran"))
        .unlabelled(9);
    let (old, value) = (Label::from(1), json!({}));
    let kinds = [
        chain.check().unwrap_err().kind(),
        chain.upgrade(&old, &value).unwrap_err().kind(),
        chain.upgrade(None, &value).unwrap_err().kind(),
        chain.downgrade(&old, &value).unwrap_err().kind(),
        chain.preview(&old, &value).unwrap_err().kind(),
        chain.preview_downgrade(&old, &value).unwrap_err().kind(),
    ];
    assert_eq!(kinds, [ErrorKind::BadChain; 6]);
}

#[test]
fn a_chain_is_shared_between_threads_and_cloned() {
    fn shared<T: Clone + std::fmt::Debug + Send + Sync + 'static>(_: &T) {}
    let chain = sound();
    shared(&chain);

    let longer = chain.clone().step(3, |_| Ok(()));
    assert_eq!((chain.labels().count(), longer.labels().count()), (2, 3));
    let handle =
        std::thread::spawn(move || longer.upgrade(&Label::from(1), &json!(0)).unwrap().steps);
    assert_eq!(handle.join().unwrap().len(), 2);
}
