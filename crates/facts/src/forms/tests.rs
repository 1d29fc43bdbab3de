use super::*;
use serde_json::json;

/// Whether these are read as the form, and written as they were.
fn takes<F: Form>(values: &[Value]) {
    for value in values {
        let read = F::read(value).unwrap_or_else(|| panic!("{value} is {}", F::SAYS));
        assert_eq!(F::write(read), *value);
    }
}

fn refuses<F: Form>(values: &[Value]) {
    for value in values {
        assert!(F::read(value).is_none(), "{value} is not {}", F::SAYS);
    }
}

const DIGEST: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[test]
fn texts_numbers_and_flags_are_told_apart() {
    takes::<Text>(&[json!(""), json!("1"), json!("true")]);
    refuses::<Text>(&[json!(1), json!(true), json!(null), json!(["a"]), json!({})]);
    takes::<Number>(&[json!(0), json!(u64::MAX)]);
    refuses::<Number>(&[json!("1"), json!(-1), json!(1.5), json!(true), json!(null)]);
    takes::<Flag>(&[json!(true), json!(false)]);
    refuses::<Flag>(&[json!("true"), json!(1), json!(null)]);
    takes::<Digits>(&[json!("0"), json!("12345678")]);
    refuses::<Digits>(&[json!(7), json!(""), json!("07"), json!("+7"), json!("-7"), json!("7 "), json!("x")]);
}

#[test]
fn lists_are_taken_whole_or_not_at_all() {
    takes::<List<Number>>(&[json!([]), json!([1, 2])]);
    refuses::<List<Number>>(&[json!([1, "2"]), json!(1), json!({}), json!([[1]])]);
    takes::<Pair<Number, Text>>(&[json!([1, "A"])]);
    refuses::<Pair<Number, Text>>(&[json!([1]), json!([1, "A", 2]), json!(["A", 1]), json!([])]);
    takes::<Triple<Number, Text, Flag>>(&[json!([1, "A", true])]);
    refuses::<Triple<Number, Text, Flag>>(&[json!([1, "A"]), json!([1, "A", true, 1])]);
    takes::<Map<List<Number>>>(&[json!({}), json!({ "a": [1], "b": [] })]);
    refuses::<Map<List<Number>>>(&[json!([]), json!({ "a": 1 }), json!({ "a": [1], "b": ["1"] })]);
    takes::<Json>(&[json!(null), json!({ "a": [1, "b"] })]);
    assert_eq!(List::<Pair<Text, Pair<Number, Flag>>>::SAYS, "list of ([text, [number, `true` or `false`]])");
    assert_eq!(Map::<FileName>::SAYS, "object of (file name without a path)");
}

#[test]
fn words_are_only_those_that_are_known() {
    takes::<ModeWord>(&[json!("rehearsal"), json!("production")]);
    takes::<YesNo>(&[json!("yes"), json!("no")]);
    takes::<RouteWord>(&[json!("host-memory"), json!("oaep-in-token")]);
    takes::<SealWord>(&[json!("whole"), json!("broken"), json!("none")]);
    takes::<Became>(&[json!("destroyed-before"), json!("of-another-key")]);
    let others = [json!("Rehearsal"), json!(""), json!("yes "), json!("the token does not say"), json!(true)];
    refuses::<ModeWord>(&others);
    refuses::<YesNo>(&others);
    refuses::<RouteWord>(&others);
    refuses::<SealWord>(&others);
    refuses::<Became>(&others);
}

#[test]
fn sets_digests_and_check_values_have_one_spelling() {
    takes::<SetName>(&[json!("0123-4567-89AB-CDEF")]);
    for other in ["", "0123-4567-89ab-cdef", "0123456789ABCDEF", "0123-4567-89AB", "0123-4567-89AB-CDEG"] {
        refuses::<SetName>(&[json!(other), json!(format!("{other}-00000")), json!(format!(" {other}"))]);
    }
    takes::<Sha256Hex>(&[json!(DIGEST)]);
    refuses::<Sha256Hex>(&[json!(DIGEST.to_uppercase()), json!(&DIGEST[1..]), json!(format!("{DIGEST}0"))]);
    let one = [
        json!("cmac-aes:763cbcde81df9131bf897712c088edad"),
        json!("hmac-sha256:0fed187475dded4edb142d2b2469dbcc"),
        json!(format!("spki-sha256:{DIGEST}")),
    ];
    takes::<CheckValue>(&one);
    takes::<CheckValueOrOfAll>(&one);
    takes::<CheckValueOrOfAll>(&[json!(DIGEST)]);
    let others = [
        json!("763cbc"),
        json!("cmac-aes:763CBCDE81DF9131BF897712C088EDAD"),
        json!("cmac-aes:763cbc"),
        json!(format!("cmac-aes:{DIGEST}")),
        json!("spki-sha256:763cbc"),
        json!("other:763cbc"),
        json!("cmac-aes:763cbcde81df9131bf897712c088edad:"),
        json!(""),
    ];
    refuses::<CheckValue>(&others);
    refuses::<CheckValue>(&[json!(DIGEST)]);
    refuses::<CheckValueOrOfAll>(&others);
    takes::<Base64>(&[json!("AAAA"), json!("AAA="), json!("A+/=")]);
    refuses::<Base64>(&[json!(""), json!("AAA"), json!("A==="), json!("===="), json!("A=A="), json!("A-_=")]);
}

#[test]
fn kinds_of_keys_are_those_that_tokens_make() {
    for kind in ["aes-128", "aes-256", "hmac-16", "hmac-128", "rsa-4096", "p-256", "p-521", "secp256k1"] {
        takes::<KeySpecName>(&[json!(kind)]);
    }
    for other in
        ["", "aes", "aes-512", "hmac-15", "hmac-032", "hmac-+32", "rsa-1024", "p-192", "ec-p256", "P-256"]
    {
        refuses::<KeySpecName>(&[json!(other)]);
    }
}

#[test]
fn days_and_minutes_are_in_the_calendar() {
    takes::<Day>(&[json!("2027-02-28"), json!("2028-02-29"), json!("2000-02-29"), json!("2026-12-31")]);
    for other in
        ["", "2027-02-29", "2100-02-29", "2027-00-01", "2027-13-01", "2027-04-31", "2027-1-01", "+027-01-01"]
    {
        refuses::<Day>(&[json!(other), json!(format!("{other}T00:00:00Z"))]);
    }
    refuses::<Day>(&[json!("2027-01-00"), json!("never"), json!("2027/01/01"), json!("2027-01-\u{661}")]);
    takes::<Minute>(&[json!("2026-11-26 09:31 UTC"), json!("2026-11-26 23:59 UTC")]);
    for other in ["2026-11-26", "2026-11-26T09:31:00Z", "2026-11-26 24:00 UTC", "2026-11-31 09:31 UTC"] {
        refuses::<Minute>(&[json!(other)]);
    }
    refuses::<Minute>(&[json!("2026-11-26 09:60 UTC"), json!("2026-11-26 +9:31 UTC"), json!("")]);
}

#[test]
fn names_of_bags_files_and_runs_are_plain() {
    takes::<BagNumber>(&[
        json!("PRACTICE 1"),
        json!("A 0012345"),
        json!("7"),
        json!("Ä1"),
        json!("9".repeat(40)),
    ]);
    refuses::<BagNumber>(&[
        json!(""),
        json!("a 1"),
        json!(" A"),
        json!("A  1"),
        json!("A\t1"),
        json!("A\u{1}"),
    ]);
    refuses::<BagNumber>(&[json!("9".repeat(41)), json!("A\n"), json!(1)]);
    takes::<FileName>(&[json!("public-key.der"), json!("bundle-37"), json!("..a")]);
    refuses::<FileName>(&[json!(""), json!("."), json!(".."), json!("../a"), json!("a/b"), json!("a\\b")]);
    refuses::<FileName>(&[json!("/a"), json!("a\n"), json!("a\0"), json!("bundle/")]);
    takes::<RunId>(&[json!("20261126-090000-000-1"), json!("run")]);
    refuses::<RunId>(&[json!(""), json!("../run"), json!("a b"), json!("a.b"), json!("r\u{e9}")]);
}
