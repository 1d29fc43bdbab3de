use super::*;
use crate::{Disposable, stand_in_reply};
use std::fmt::Write as _;

mod lines;

const HEAD: &str = "system,provider,key type,algorithm,parameters file,owner,vault,key-name,region,account\n";

fn faults(text: &str) -> Vec<String> {
    read(text.as_bytes()).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn a_plan_is_read() {
    let text = format!(
        "\u{feff}{HEAD}\"Records, main\",aws-kms,aes-256,RSAES_OAEP_SHA_256,a.json,J. Doe,,,,\r\n\
         PACS,azure-key-vault,rsa-3072,CKM_RSA_AES_KEY_WRAP,kek.json,R. Roe,https://h.vault.azure.net,pacs,,\r\n"
    );
    let keys = read(text.as_bytes()).unwrap();
    assert_eq!(keys.len(), 2);
    assert_eq!((keys[0].line, keys[0].system.as_str(), keys[0].key), (2, "Records, main", KeyType::Aes256));
    assert_eq!(
        keys[1].stated,
        [("vault", "https://h.vault.azure.net".to_owned()), ("key-name", "pacs".to_owned())]
    );
}

#[test]
fn every_fault_is_named_by_line_and_column() {
    let text = format!(
        "{HEAD}\
         A,aws-kms,aes-256,RSA_AES_KEY_WRAP_SHA_256,a.json,x,,,,\n\
         ,aws,aes-512,?,../b.json,x,,,,\n\
         B,aws-kms,ed25519,RSAES_OAEP_SHA_256,b.json,x,,,,\n\
         C,azure-key-vault,rsa-3072,CKM_RSA_AES_KEY_WRAP,kek.json,x,,c,,\n\
         D,aws-kms,aes-256\n\
         E,aws-kms,aes-256,RSAES_OAEP_SHA_256,e.json,x,,,,\n\
         F,aws-kms,aes-256,RSAES_OAEP_SHA_256,e.json,,,,,\n\
         G,aws-kms,aes-256,RSAES_OAEP_SHA_256,e.json,x,,,,\n"
    );
    let found = faults(&text);
    for (start, part) in [
        ("line 2, algorithm", "fetch parameters for RSAES_OAEP_SHA_256"),
        ("line 3, system", "empty"),
        ("line 3, provider", "azure-key-vault"),
        ("line 3, key type", "aes-256"),
        ("line 3, parameters file", "without a folder"),
        ("line 4, key type", "does not list Ed25519"),
        ("line 5, vault", "empty"),
        ("line 6:", "3 values where the heading has 10"),
        ("line 8, owner", "empty"),
        ("line 9, parameters file", "line 7 uses the same file"),
    ] {
        assert!(found.iter().any(|f| f.starts_with(start) && f.contains(part)), "{start} {part}: {found:#?}");
    }
    assert_eq!(found.len(), 10, "{found:#?}");
}

/// Google asks for the key's algorithm there, which is not how it is wrapped.
#[test]
fn googles_key_algorithm_has_a_column_of_its_own() {
    let head = "system,provider,key type,algorithm,parameters file,owner,key,key algorithm,protection-level";
    let line = |algorithm: &str| {
        format!(
            "{head}\nPACS,google-kms,aes-256,RSA_OAEP_4096_SHA256_AES_256,job.json,x,\
             projects/P/locations/L/keyRings/R/cryptoKeys/K,{algorithm},HSM\n"
        )
    };
    let keys = read(line("GOOGLE_SYMMETRIC_ENCRYPTION").as_bytes()).unwrap();
    assert!(keys[0].stated.contains(&("algorithm", "GOOGLE_SYMMETRIC_ENCRYPTION".to_owned())));
    let wrapping = Disposable::generate(4096).unwrap();
    let sent = of(Target::GoogleKms).usual_stand_in(KeyType::Aes256, &wrapping, 2_000_000_000).unwrap();
    keys[0].prepare(&sent.bytes, 1_900_000_000).unwrap();
    assert!(faults(&line("")).iter().any(|f| f.starts_with("line 2, key algorithm")));
}

#[test]
fn headings() {
    assert!(faults("").iter().any(|f| f.contains("empty")));
    assert!(faults("a,b\n").iter().any(|f| f.contains("no column is called")));
    assert!(faults("system,system\n").iter().any(|f| f.contains("two columns")));
    assert!(faults("system\n").iter().any(|f| f.contains("line 1, owner: this column is missing")));
    assert!(faults(HEAD).iter().any(|f| f.contains("names no key")));
    assert!(read(&[HEAD.as_bytes(), b"\xff,,,,,,,,,\n"].concat()).unwrap_err()[0].what.contains("UTF-8"));
    assert!(read(&vec![b','; LARGEST + 1]).is_err());
}

#[test]
fn ten_thousand_keys_and_no_more_than_fit() {
    let mut text = HEAD.to_owned();
    for n in 0..MOST_KEYS {
        let _ = writeln!(text, "S{n},aws-kms,aes-256,RSAES_OAEP_SHA_256,{n}.json,x,,,,");
    }
    assert_eq!(read(text.as_bytes()).unwrap().len(), MOST_KEYS);
    text.push_str("S,aws-kms,aes-256,RSAES_OAEP_SHA_256,last.json,x,,,,\n");
    assert!(faults(&text)[0].contains("at most"));
    assert_eq!(faults(&format!("{HEAD}{}", "A,,,,,,,,,\n".repeat(1000))).len(), MOST_FAULTS);
}

#[test]
fn parameters_are_held_against_the_plan() {
    let text = format!("{HEAD}A,aws-kms,ec-p521,RSAES_OAEP_SHA_256,a.json,x,,,,\n");
    let planned = &read(text.as_bytes()).unwrap()[0];
    let arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab";
    let reply = |bits| stand_in_reply(Disposable::generate(bits).unwrap().spki(), arn, 1_800_000_000, b"t");
    let large = reply(3072);
    assert_eq!(planned.prepare(&large, 0).unwrap().wrapping_key().bits(), 3072);
    let fault = planned.prepare(&reply(2048), 0).unwrap_err();
    assert_eq!((fault.line, fault.column.as_str()), (2, "parameters file"));
    assert!(fault.what.contains("does not fit"), "{fault}");
    assert!(planned.prepare(&large, 1_800_000_000).unwrap_err().what.contains("expired"));
    assert!(planned.prepare(b"{}", 0).is_err());
}

#[test]
fn the_example_in_the_documentation_is_a_plan() {
    let page = include_str!("../../../../docs/byok/key-plan.md");
    let examples: Vec<_> =
        page.split("```csv\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let lines = |text: &str| read(text.as_bytes()).unwrap().iter().map(|k| k.line).collect::<Vec<_>>();
    assert_eq!(examples.iter().map(|e| lines(e)).collect::<Vec<_>>(), [vec![2, 3], vec![4]]);
    assert!(page.contains("The key of this plan is that of line 4."));
    for word in COLUMNS
        .into_iter()
        .chain(Target::ALL.iter().map(|t| t.name()))
        .chain(KeyType::ALL.iter().map(|k| k.name()))
    {
        assert!(page.contains(&format!("`{word}`")), "{word}");
    }
}

#[test]
fn one_key_at_one_place() {
    let line = |name: &str, kid: &str| {
        format!(
            "A,azure-key-vault,rsa-3072,CKM_RSA_AES_KEY_WRAP,kek.json,x,https://h.vault.azure.net,{name},{kid}\n"
        )
    };
    let head = "system,provider,key type,algorithm,parameters file,owner,vault,key-name,kid\n";
    assert_eq!(read(format!("{head}{}{}", line("a", ""), line("b", "")).as_bytes()).unwrap().len(), 2);
    let found =
        faults(&format!("{head}{}{}", line("a", ""), line("a", "https://h.vault.azure.net/keys/K/1")));
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("line 2 makes the same key"), "{found:?}");
}
