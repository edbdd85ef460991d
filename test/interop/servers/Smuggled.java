import java.util.concurrent.locks.ReentrantLock;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.AbstractHandler;

/** Jetty, which says each request that it sees as "METHOD path". First line: its port. Ends with its standard input. */
public class Smuggled {
  public static void main(String[] args) throws Exception {
    ReentrantLock lock = new ReentrantLock();
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        new AbstractHandler() {
          @Override
          public void handle(String target, Request base, HttpServletRequest request, HttpServletResponse answer)
              throws java.io.IOException {
            lock.lock();
            System.out.println(request.getMethod() + " " + base.getHttpURI().getPathQuery());
            lock.unlock();
            base.setHandled(true);
            answer.getWriter().println("seen");
          }
        });
    server.start();
    System.out.println(connector.getLocalPort() + " 0");
    System.in.transferTo(java.io.OutputStream.nullOutputStream());
    System.exit(0);
  }
}
