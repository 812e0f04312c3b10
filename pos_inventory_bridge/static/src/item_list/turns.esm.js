import {Deferred} from "@web/core/utils/concurrency";

/**
 * While something is being saved, what is clicked waits for its turn. Of several clicks
 * the last one counts; after a failure none does: what failed is looked at first.
 */
export class Turns {
    held = 0;
    clicks = 0;
    // A click waits: what it asks for is shown after the save, and nothing else.
    isAwaited = false;
    free = null;

    get isBusy() {
        return this.held > 0;
    }

    /** Let clicks wait until this work is done. */
    async hold(work) {
        this.free ||= new Deferred();
        this.held++;
        try {
            return await work();
        } catch (error) {
            this.clicks++;
            this.isAwaited = false;
            throw error;
        } finally {
            if (!--this.held) {
                this.isAwaited = false;
                this.free.resolve();
                this.free = null;
            }
        }
    }

    /** Wait; false where a later click takes the place of this one. */
    async wait() {
        const click = ++this.clicks;
        if (this.isBusy) {
            this.isAwaited = true;
            await this.free;
        }
        return click === this.clicks;
    }
}
