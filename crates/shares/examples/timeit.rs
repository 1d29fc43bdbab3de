use secrets::SecretBytes; use shares::*; use std::time::Instant;
fn main(){ for (t,n,times) in [(3u8,5u8,2000u32),(128,255,10)] {
 let secret=SecretBytes::copied_from(&[7;32]).unwrap(); let set=SetId::from_bytes([7;8]); let mut c=1u64;
 let mut rng=|to:&mut [u8]|{ for b in to.iter_mut(){ c=c.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407); *b=(c>>56) as u8;} Ok(())};
 for _ in 0..3 { let s=Instant::now(); for _ in 0..times { let v=split(&secret,t,n,set,true,&mut rng).unwrap(); std::hint::black_box(&v);} println!("split {t}/{n} {:?}",s.elapsed()/times);}
 let v=split(&secret,t,n,set,true,&mut rng).unwrap(); let used:Vec<&Share>=v.iter().take(t as usize).collect();
 let s=Instant::now(); for _ in 0..times { std::hint::black_box(combine(&used).unwrap()); } println!("combine {:?}",s.elapsed()/times);
 let s=Instant::now(); for _ in 0..times { for x in &v { std::hint::black_box(x.commitment()); } } println!("commitments {:?}",s.elapsed()/times);
 let s=Instant::now(); for _ in 0..times { for x in &v { std::hint::black_box(x.rows()); } } println!("rows {:?}",s.elapsed()/times);
 let texts:Vec<secrets::SecretText>=v.iter().map(|x|secrets::SecretText::new(x.rows().iter().map(|r|format!("{}\n",&**r)).collect::<String>()).unwrap()).collect(); let s=Instant::now(); for _ in 0..times { for x in &texts { std::hint::black_box(Share::parse(x).unwrap()); } } println!("parse {:?}",s.elapsed()/times);
 let s=Instant::now(); for _ in 0..times { for _ in &v { std::hint::black_box(SecretBytes::copied_from(&[7;36]).unwrap()); } } println!("secretbytes {:?}",s.elapsed()/times);
}}
