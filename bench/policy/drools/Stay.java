package bench;

/** A stay of the benchmark: what the rules read, the parameters that they choose, and the six amounts. */
public final class Stay {
  private boolean employee;
  private boolean retired;
  private String level;
  private String filing;
  private long stays;
  private long fundUsed;
  private long largePaid;
  private long seriousBase;
  private long seriousPaid;
  private long balance;
  private long total;
  private long inScope;

  public long nominal;
  public long first;
  public long second;
  public long third;
  public long edge1;
  public long edge2;
  public long off;
  public long limit;
  public long threshold;

  public long deductible;
  public long pool;
  public long large;
  public long serious;
  public long account;
  public long cash;

  /** A line of the file that the benchmark writes: the fields above in their order, comma between. */
  static Stay read(String line) {
    String[] field = line.split(",");
    Stay stay = new Stay();
    stay.employee = field[0].equals("true");
    stay.retired = field[1].equals("true");
    stay.level = field[2].intern();
    stay.filing = field[3].intern();
    stay.stays = Long.parseLong(field[4]);
    stay.fundUsed = Long.parseLong(field[5]);
    stay.largePaid = Long.parseLong(field[6]);
    stay.seriousBase = Long.parseLong(field[7]);
    stay.seriousPaid = Long.parseLong(field[8]);
    stay.balance = Long.parseLong(field[9]);
    stay.total = Long.parseLong(field[10]);
    stay.inScope = Long.parseLong(field[11]);
    return stay;
  }

  public boolean isEmployee() {
    return employee;
  }

  public boolean isRetired() {
    return retired;
  }

  public String getLevel() {
    return level;
  }

  public String getFiling() {
    return filing;
  }

  public void ratios(long one, long two, long three) {
    first = one;
    second = two;
    third = three;
  }

  public void limits(long lowerEdge, long upperEdge, long ceiling, long seriousThreshold) {
    edge1 = lowerEdge;
    edge2 = upperEdge;
    limit = ceiling;
    threshold = seriousThreshold;
  }

  /** The sums, once the rules have chosen the parameters: Drools' consequences are Java anyway. */
  public void settle() {
    long r1 = first - off;
    long r2 = second - off;
    long r3 = third - off;
    deductible = Math.min(stays > 0 ? nominal / 2 : nominal, inScope);
    long in1 = Math.max(0, Math.min(inScope, edge1) - deductible);
    long in2 = Math.max(0, Math.min(inScope, edge2) - edge1);
    long in3 = Math.max(0, inScope - edge2);
    long uncapped = (in1 * r1 + in2 * r2 + in3 * r3 + 5_000) / 10_000;
    long left = Math.max(0, limit - fundUsed);
    pool = Math.min(uncapped, left);
    large = 0;
    if (employee && uncapped > left) {
      long rest = left * 10_000;
      long num;
      long den;
      if (rest < in1 * r1) {
        num = (in1 + in2 + in3) * r1 - rest;
        den = r1;
      } else if (rest - in1 * r1 < in2 * r2) {
        num = (in2 + in3) * r2 - (rest - in1 * r1);
        den = r2;
      } else {
        num = in3 * r3 - (rest - in1 * r1 - in2 * r2);
        den = r3;
      }
      large = Math.min((num * 18 + den * 10) / (den * 20), Math.max(0, 30_000_000 - largePaid));
    }
    long base = inScope - pool - large;
    long to = Math.max(0, seriousBase + base - threshold);
    long from = Math.max(0, seriousBase - threshold);
    long paid =
        (Math.max(0, Math.min(to, 3_000_000) - from) * 60
                + Math.max(0, Math.min(to, 8_000_000) - Math.max(from, 3_000_000)) * 65
                + Math.max(0, to - Math.max(from, 8_000_000)) * 75
                + 50)
            / 100;
    serious = employee ? paid : Math.min(paid, Math.max(0, 40_000_000 - seriousPaid));
    account = Math.min(base - serious, balance);
    cash = total - pool - large - serious - account;
  }

  String amounts() {
    return deductible + "," + pool + "," + large + "," + serious + "," + account + "," + cash;
  }
}
