/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const yijie = $root.yijie = (() => {

    /**
     * Namespace yijie.
     * @exports yijie
     * @namespace
     */
    const yijie = {};

    yijie.bench = (function() {

        /**
         * Namespace bench.
         * @memberof yijie
         * @namespace
         */
        const bench = {};

        bench.SlimCharges = (function() {

            /**
             * Properties of a SlimCharges.
             * @typedef {Object} yijie.bench.SlimCharges.$Properties
             * @property {string|null} [idempotencyKey] SlimCharges idempotencyKey
             * @property {string|null} [visitId] SlimCharges visitId
             * @property {Array.<yijie.bench.SlimLine.$Properties>|null} [lines] SlimCharges lines
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SlimCharges.
             * @memberof yijie.bench
             * @interface ISlimCharges
             * @augments yijie.bench.SlimCharges.$Properties
             * @deprecated Use yijie.bench.SlimCharges.$Properties instead.
             */

            /**
             * Shape of a SlimCharges.
             * @typedef {yijie.bench.SlimCharges.$Properties} yijie.bench.SlimCharges.$Shape
             */

            /**
             * Constructs a new SlimCharges.
             * @memberof yijie.bench
             * @classdesc Represents a SlimCharges.
             * @constructor
             * @param {yijie.bench.SlimCharges.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SlimCharges = function (properties) {
                this.lines = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SlimCharges idempotencyKey.
             * @member {string} idempotencyKey
             * @memberof yijie.bench.SlimCharges
             * @instance
             */
            SlimCharges.prototype.idempotencyKey = "";

            /**
             * SlimCharges visitId.
             * @member {string} visitId
             * @memberof yijie.bench.SlimCharges
             * @instance
             */
            SlimCharges.prototype.visitId = "";

            /**
             * SlimCharges lines.
             * @member {Array.<yijie.bench.SlimLine.$Properties>} lines
             * @memberof yijie.bench.SlimCharges
             * @instance
             */
            SlimCharges.prototype.lines = $util.emptyArray;

            /**
             * Decodes a SlimCharges message from the specified reader or buffer.
             * @function decode
             * @memberof yijie.bench.SlimCharges
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {yijie.bench.SlimCharges & yijie.bench.SlimCharges.$Shape} SlimCharges
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SlimCharges.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.yijie.bench.SlimCharges();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.idempotencyKey = value;
                            else
                                delete message.idempotencyKey;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.visitId = value;
                            else
                                delete message.visitId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.lines && message.lines.length))
                                message.lines = [];
                            message.lines.push($root.yijie.bench.SlimLine.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SlimCharges;
        })();

        bench.SlimLine = (function() {

            /**
             * Properties of a SlimLine.
             * @typedef {Object} yijie.bench.SlimLine.$Properties
             * @property {number|null} [lineNumber] SlimLine lineNumber
             * @property {string|null} [itemCode] SlimLine itemCode
             * @property {number|Long|null} [quantityE4] SlimLine quantityE4
             * @property {number|Long|null} [unitPriceE4] SlimLine unitPriceE4
             * @property {number|Long|null} [amountFen] SlimLine amountFen
             * @property {number|null} [serviceDate] SlimLine serviceDate
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SlimLine.
             * @memberof yijie.bench
             * @interface ISlimLine
             * @augments yijie.bench.SlimLine.$Properties
             * @deprecated Use yijie.bench.SlimLine.$Properties instead.
             */

            /**
             * Shape of a SlimLine.
             * @typedef {yijie.bench.SlimLine.$Properties} yijie.bench.SlimLine.$Shape
             */

            /**
             * Constructs a new SlimLine.
             * @memberof yijie.bench
             * @classdesc Represents a SlimLine.
             * @constructor
             * @param {yijie.bench.SlimLine.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SlimLine = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SlimLine lineNumber.
             * @member {number} lineNumber
             * @memberof yijie.bench.SlimLine
             * @instance
             */
            SlimLine.prototype.lineNumber = 0;

            /**
             * SlimLine itemCode.
             * @member {string} itemCode
             * @memberof yijie.bench.SlimLine
             * @instance
             */
            SlimLine.prototype.itemCode = "";

            /**
             * SlimLine quantityE4.
             * @member {number|Long} quantityE4
             * @memberof yijie.bench.SlimLine
             * @instance
             */
            SlimLine.prototype.quantityE4 = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * SlimLine unitPriceE4.
             * @member {number|Long} unitPriceE4
             * @memberof yijie.bench.SlimLine
             * @instance
             */
            SlimLine.prototype.unitPriceE4 = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * SlimLine amountFen.
             * @member {number|Long} amountFen
             * @memberof yijie.bench.SlimLine
             * @instance
             */
            SlimLine.prototype.amountFen = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * SlimLine serviceDate.
             * @member {number} serviceDate
             * @memberof yijie.bench.SlimLine
             * @instance
             */
            SlimLine.prototype.serviceDate = 0;

            /**
             * Decodes a SlimLine message from the specified reader or buffer.
             * @function decode
             * @memberof yijie.bench.SlimLine
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {yijie.bench.SlimLine & yijie.bench.SlimLine.$Shape} SlimLine
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SlimLine.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.yijie.bench.SlimLine();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.lineNumber = value;
                            else
                                delete message.lineNumber;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.itemCode = value;
                            else
                                delete message.itemCode;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                                message.quantityE4 = value;
                            else
                                delete message.quantityE4;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                                message.unitPriceE4 = value;
                            else
                                delete message.unitPriceE4;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                                message.amountFen = value;
                            else
                                delete message.amountFen;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.serviceDate = value;
                            else
                                delete message.serviceDate;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SlimLine;
        })();

        return bench;
    })();

    return yijie;
})();

export {
  $root as default
};
