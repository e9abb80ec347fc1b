package dev.warmpool.session.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Keys of servers, made by keytool, one store for all. For one test at a time. */
public final class Keys {

  private static final String PASSWORD = "changeit";

  private final Path folder;

  /**
   * Creates an empty store.
   *
   * @param folder where the keys are kept
   */
  public Keys(Path folder) {
    this.folder = folder;
  }

  /** Makes a self-signed key for this host name, and its certificate as a PEM file. */
  public void selfSigned(String name, String host) throws Exception {
    generate(name, "-validity 2 -ext san=dns:" + host);
    export(name);
  }

  /** Makes a key for {@code localhost} whose certificate an issuer signed, and which expired. */
  public void expired(String name, String issuer) throws Exception {
    generate(issuer, "-validity 20 -startdate -10d -ext bc:c");
    generate(name, "-validity 2");
    Path request = folder.resolve(name + ".csr");
    Path signed = folder.resolve(name + ".signed");
    keytool("-certreq -alias " + name + " -file " + request);
    keytool(
        "-gencert -alias %s -infile %s -outfile %s -startdate -9d -validity 2 -ext san=dns:localhost"
            .formatted(issuer, request, signed));
    keytool("-importcert -alias " + name + " -file " + signed);
    export(issuer);
  }

  private void generate(String name, String more) throws IOException, InterruptedException {
    keytool("-genkeypair -keyalg EC -dname CN=" + name + " -alias " + name + " " + more);
  }

  private void keytool(String arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(
        List.of("-noprompt", "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore"));
    command.add(folder.resolve("keys.p12").toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException(output);
    }
  }

  private KeyStore store() throws Exception {
    return KeyStore.getInstance(folder.resolve("keys.p12").toFile(), PASSWORD.toCharArray());
  }

  private void export(String name) throws Exception {
    String body = Base64.getMimeEncoder().encodeToString(store().getCertificate(name).getEncoded());
    Files.writeString(
        pem(name), "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
  }

  /** The PEM file of a certificate. */
  public Path pem(String name) {
    return folder.resolve(name + ".pem");
  }

  /** TLS of a server with this key. */
  public SSLContext server(String name) throws Exception {
    KeyStore one = KeyStore.getInstance("PKCS12");
    one.load(null, null);
    char[] password = PASSWORD.toCharArray();
    KeyStore all = store();
    one.setKeyEntry(name, all.getKey(name, password), password, all.getCertificateChain(name));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(one, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
