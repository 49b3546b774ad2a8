import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace yijie. */
export namespace yijie {

    /** Namespace bench. */
    namespace bench {

        /**
         * Properties of a SlimCharges.
         * @deprecated Use yijie.bench.SlimCharges.$Properties instead.
         */
        interface ISlimCharges extends yijie.bench.SlimCharges.$Properties {
        }

        /** Represents a SlimCharges. */
        class SlimCharges {

            /**
             * Constructs a new SlimCharges.
             * @param [properties] Properties to set
             */
            constructor(properties?: yijie.bench.SlimCharges.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SlimCharges idempotencyKey. */
            idempotencyKey: string;

            /** SlimCharges visitId. */
            visitId: string;

            /** SlimCharges lines. */
            lines: yijie.bench.SlimLine.$Properties[];

            /**
             * Decodes a SlimCharges message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {yijie.bench.SlimCharges & yijie.bench.SlimCharges.$Shape} SlimCharges
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): yijie.bench.SlimCharges & yijie.bench.SlimCharges.$Shape;
        }

        namespace SlimCharges {

            /** Properties of a SlimCharges. */
            interface $Properties {

                /** SlimCharges idempotencyKey */
                idempotencyKey?: (string|null);

                /** SlimCharges visitId */
                visitId?: (string|null);

                /** SlimCharges lines */
                lines?: (yijie.bench.SlimLine.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SlimCharges. */
            type $Shape = yijie.bench.SlimCharges.$Properties;
        }

        /**
         * Properties of a SlimLine.
         * @deprecated Use yijie.bench.SlimLine.$Properties instead.
         */
        interface ISlimLine extends yijie.bench.SlimLine.$Properties {
        }

        /** Represents a SlimLine. */
        class SlimLine {

            /**
             * Constructs a new SlimLine.
             * @param [properties] Properties to set
             */
            constructor(properties?: yijie.bench.SlimLine.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SlimLine lineNumber. */
            lineNumber: number;

            /** SlimLine itemCode. */
            itemCode: string;

            /** SlimLine quantityE4. */
            quantityE4: (number|Long);

            /** SlimLine unitPriceE4. */
            unitPriceE4: (number|Long);

            /** SlimLine amountFen. */
            amountFen: (number|Long);

            /** SlimLine serviceDate. */
            serviceDate: number;

            /**
             * Decodes a SlimLine message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {yijie.bench.SlimLine & yijie.bench.SlimLine.$Shape} SlimLine
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): yijie.bench.SlimLine & yijie.bench.SlimLine.$Shape;
        }

        namespace SlimLine {

            /** Properties of a SlimLine. */
            interface $Properties {

                /** SlimLine lineNumber */
                lineNumber?: (number|null);

                /** SlimLine itemCode */
                itemCode?: (string|null);

                /** SlimLine quantityE4 */
                quantityE4?: (number|Long|null);

                /** SlimLine unitPriceE4 */
                unitPriceE4?: (number|Long|null);

                /** SlimLine amountFen */
                amountFen?: (number|Long|null);

                /** SlimLine serviceDate */
                serviceDate?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SlimLine. */
            type $Shape = yijie.bench.SlimLine.$Properties;
        }
    }
}
