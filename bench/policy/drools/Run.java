package bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kie.api.KieServices;
import org.kie.api.builder.KieBuilder;
import org.kie.api.builder.KieFileSystem;
import org.kie.api.runtime.KieContainer;
import org.kie.api.runtime.StatelessKieSession;
import org.drools.model.codegen.ExecutableModelProject;

/** Run RULES INPUTS ANSWERS ROUNDS: writes each stay's amounts, prints the nanoseconds a stay took, a line for each round. */
public final class Run {
  private static final int WARM_UP_ROUNDS = 20;
  private static final int POOLED_SESSIONS = 1;

  public static void main(String[] arguments) throws Exception {
    StatelessKieSession session = session(Files.readString(Path.of(arguments[0])));
    List<Stay> stays = Files.readAllLines(Path.of(arguments[1])).stream().map(Stay::read).toList();
    for (Stay stay : stays) session.execute(stay);
    Files.write(Path.of(arguments[2]), stays.stream().map(Stay::amounts).toList());

    int rounds = Integer.parseInt(arguments[3]);
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      long began = processNanos();
      for (Stay stay : stays) session.execute(stay);
      long took = processNanos() - began;
      if (round >= 0) System.out.println(took / stays.size());
    }
  }

  /** Sessions from a pool, rules compiled to Java: the fastest way that Drools offers for stateless calls. */
  private static StatelessKieSession session(String rules) {
    KieServices services = KieServices.get();
    KieFileSystem files = services.newKieFileSystem().write("src/main/resources/bench/policy.drl", rules);
    KieBuilder builder = services.newKieBuilder(files).buildAll(ExecutableModelProject.class);
    if (!builder.getResults().getMessages().isEmpty())
      throw new IllegalStateException(builder.getResults().getMessages().toString());
    KieContainer container = services.newKieContainer(services.getRepository().getDefaultReleaseId());
    return container.newKieSessionsPool(POOLED_SESSIONS).newStatelessKieSession();
  }

  /** Of the whole process: sessions leave work to the collector's threads. */
  private static long processNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
  }
}
