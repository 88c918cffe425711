//! Every command's help, success and failure, as it is printed.

#[test]
fn what_is_printed_stays_as_it_is() {
    trycmd::TestCases::new().case("tests/cmd/*.md");
}
