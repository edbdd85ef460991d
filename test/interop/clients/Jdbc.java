import java.io.*;
import java.nio.file.*;
import java.security.KeyStore;
import java.security.cert.*;
import java.sql.*;
import java.util.*;

/** Asks database servers who they are. Arguments in threes: URL, user, query. One line each.
 * The password is in PASSWORD, the file with the certificates to trust in CA. */
public class Jdbc {
  public static void main(String[] args) throws Exception {
    DriverManager.setLoginTimeout(10);
    trust(Path.of(System.getenv("CA")));
    for (int i = 0; i + 2 < args.length; i += 3) {
      Properties login = new Properties();
      login.put("user", args[i + 1]);
      login.put("password", System.getenv("PASSWORD"));
      try (Connection connection = DriverManager.getConnection(args[i], login);
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(args[i + 2])) {
        rows.next();
        System.out.println("said " + rows.getString(1));
      } catch (Exception error) {
        StringBuilder chain = new StringBuilder();
        for (Throwable cause = error; cause != null; cause = cause.getCause())
          chain.append(chain.length() > 0 ? " <- " : "").append(cause.getClass().getSimpleName()).append(": ").append(cause.getMessage());
        System.out.println("error " + chain.toString().replaceAll("\\s+", " "));
      }
    }
  }

  /** The drivers differ in what they can read; all of them believe the trust store of the machine's properties. */
  static void trust(Path pem) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int count = 0;
    try (InputStream in = Files.newInputStream(pem)) {
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in))
        store.setCertificateEntry("c" + count++, certificate);
    }
    Path file = pem.resolveSibling("trust.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    System.setProperty("javax.net.ssl.trustStore", file.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
  }
}
