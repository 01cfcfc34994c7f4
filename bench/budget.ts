/** Time for the peers, shared out evenly among the workloads; whohungup itself always runs, and does not count. */
export class Budget {
  private leftInAllS: number;
  private workloadsLeft: number;
  leftS = 0;

  constructor(seconds: number, workloads: number) {
    this.leftInAllS = seconds;
    this.workloadsLeft = workloads;
  }

  /** Begins the next workload's share, to which what earlier ones left over is added. */
  nextShare(): void {
    this.leftS = this.leftInAllS / this.workloadsLeft;
    this.workloadsLeft--;
  }

  spend(seconds: number): void {
    this.leftInAllS -= seconds;
    this.leftS = Math.max(0, this.leftS - seconds);
  }
}
