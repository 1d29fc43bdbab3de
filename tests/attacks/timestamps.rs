//! A time from outside: a pack's record cannot be made later than an authority says that it was there. The authority is made
//! with openssl, as the online team would find one.

use std::path::Path;
use std::process::{Command, Output};
use whole_program::{coffer, run, said};

/// An authority of one certificate, which signs itself, in this folder.
const AUTHORITY: &str = "\
openssl req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -days 30 -subj '/CN=A time authority for tests' \
  -addext 'extendedKeyUsage=critical,timeStamping' 2>&1
echo 01 > serial
cat > tsa.cnf <<END
[tsa]
default_tsa = one
[one]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
END
";

fn sh(folder: &Path, command: &str) -> Output {
    Command::new("sh").args(["-ec", command]).current_dir(folder).output().unwrap()
}

fn done(folder: &Path, command: &str) -> String {
    let out = sh(folder, command);
    assert!(out.status.success(), "{command}: {}", said(&out));
    said(&out)
}

#[test]
fn a_record_is_stamped_by_an_authority_and_the_stamp_is_of_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    for pack in ["one", "other"] {
        let out = here.join(pack);
        let made = run(here, &["rehearse", "token-check", "--out", out.to_str().unwrap()]);
        assert!(made.status.success(), "{}", said(&made));
    }
    done(here, AUTHORITY);
    let program = coffer().display().to_string();
    done(here, &format!("'{program}' timestamp-request one --out request.tsq"));
    // What openssl reads in the request is what it makes of the file itself.
    let asked = done(here, "openssl ts -query -in request.tsq -text");
    assert!(
        asked.contains("Hash Algorithm: sha256") && asked.contains("Certificate required: yes"),
        "{asked}"
    );
    done(
        here,
        "openssl ts -reply -queryfile request.tsq -signer tsa.pem -inkey tsa.key -config tsa.cnf -out answer.tsr",
    );
    // The request has the same digest in it, and is no answer; nor is a refusal.
    done(here, "printf '\\060\\003\\002\\001\\002' > refusal.tsr; cat answer.tsr >> refusal.tsr");
    for wrong in ["request.tsq", "refusal.tsr"] {
        let kept = sh(here, &format!("'{program}' timestamp-keep one {wrong}"));
        assert!(!kept.status.success() && said(&kept).contains("[another-timestamp]"), "{}", said(&kept));
    }
    done(here, &format!("'{program}' timestamp-keep one answer.tsr"));
    let checked = done(here, "openssl ts -verify -data one/HEAD -in one.tsr -CAfile tsa.pem");
    assert!(checked.contains("Verification: OK"), "{checked}");
    assert!(!sh(here, "openssl ts -verify -data other/HEAD -in one.tsr -CAfile tsa.pem").status.success());
    // Kept once, and for the pack that it is of.
    let again = sh(here, &format!("'{program}' timestamp-keep one answer.tsr"));
    assert!(!again.status.success() && said(&again).contains("[file-exists]"), "{}", said(&again));
    let other = sh(here, &format!("'{program}' timestamp-keep other answer.tsr"));
    assert!(!other.status.success() && said(&other).contains("[another-timestamp]"), "{}", said(&other));
    let refused = sh(here, &format!("'{program}' timestamp-request . --out again.tsq"));
    assert!(said(&refused).contains("[no-head]"), "{}", said(&refused));
}
