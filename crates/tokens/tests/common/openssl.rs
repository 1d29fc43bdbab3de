//! openssl in the destination's place: an independent judge of what was wrapped.

use std::path::Path;
use std::process::Command;
use tokens::{OaepHash, Recipe};

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes the destination's RSA key in `folder`; gives its DER `SubjectPublicKeyInfo`.
pub(crate) fn destination(folder: &Path, bits: u16) -> Vec<u8> {
    openssl(folder, &format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits} -out to.pem"));
    openssl(folder, "pkey -in to.pem -pubout -outform DER -out to.der");
    std::fs::read(folder.join("to.der")).unwrap()
}

/// Opens a blob with the key that [`destination`] made.
pub(crate) fn open(folder: &Path, recipe: Recipe, blob: &[u8]) -> Vec<u8> {
    let path = |name: &str| folder.join(name);
    let decrypt = |hash: OaepHash, blob: &[u8]| {
        let md = match hash {
            OaepHash::Sha1 => "sha1",
            OaepHash::Sha256 => "sha256",
            OaepHash::Sha384 => "sha384",
            OaepHash::Sha512 => "sha512",
        };
        std::fs::write(path("blob"), blob).unwrap();
        openssl(
            folder,
            &format!(
                "pkeyutl -decrypt -inkey to.pem -in blob -out opened -pkeyopt rsa_padding_mode:oaep \
                 -pkeyopt rsa_oaep_md:{md} -pkeyopt rsa_mgf1_md:{md}"
            ),
        );
        std::fs::read(path("opened")).unwrap()
    };
    match recipe {
        Recipe::Oaep(hash) => decrypt(hash, blob),
        Recipe::RsaAesKeyWrap(hash) => {
            let (one, two) = blob.split_at(modulus(folder));
            let kek = data_encoding::HEXLOWER.encode(&decrypt(hash, one));
            assert_eq!(kek.len(), 64, "an AES-256 key");
            std::fs::write(path("blob"), two).unwrap();
            openssl(
                folder,
                &format!("enc -d -id-aes256-wrap-pad -iv A65959A6 -K {kek} -in blob -out opened"),
            );
            std::fs::read(path("opened")).unwrap()
        }
    }
}

/// Bytes of the destination's modulus: the SPKI of RSA-2048, 3072 and 4096 has 294, 422 and 550 bytes.
fn modulus(folder: &Path) -> usize {
    std::fs::metadata(folder.join("to.der")).map(|m| usize::try_from(m.len()).unwrap() - 38).unwrap()
}
