package dev.warmpool.session.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts servers that speak TLS, each with a self-signed key that keytool makes. Stateless. */
public final class TlsServer {

  private static final String PASSWORD = "changeit";

  private TlsServer() {}

  /**
   * Starts a server; the caller closes it. Its certificate is in a PEM file of the folder.
   *
   * @param name of the files, without ending
   * @param alternatives the names that the certificate is for, as keytool takes them
   * @param configuration further settings of the server
   */
  public static PostgresServer in(
      Path folder, String name, String alternatives, Map<String, String> configuration)
      throws Exception {
    Path store = folder.resolve(name + ".p12");
    makeKey(store, alternatives);
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Path certificate = folder.resolve(name + ".crt");
    Path key = folder.resolve(name + ".key");
    write(certificate, "CERTIFICATE", keys.getCertificate("server").getEncoded());
    write(key, "PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded());
    Map<String, String> all = new HashMap<>(configuration);
    all.put("ssl", "on");
    all.put("ssl_cert_file", certificate.toString());
    all.put("ssl_key_file", key.toString());
    return PostgresServer.with(all);
  }

  private static void makeKey(Path store, String alternatives)
      throws IOException, InterruptedException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String arguments =
        "-genkeypair -alias server -keyalg EC -validity 2 -storetype PKCS12 -dname CN=warmpool"
            + " -ext san=%s -keystore %s -storepass %s".formatted(alternatives, store, PASSWORD);
    List<String> command =
        new ArrayList<>(List.of(keytool, "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
    command.addAll(List.of(arguments.split(" ")));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static void write(Path file, String type, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
